package mail

import "strings"

// Preset is a mail provider whose server need not be typed.
type Preset struct {
	ID       string // stable, for the form
	Name     string // i18n key
	Host     string
	Port     int
	Security string
	Hint     string // i18n key: what this provider wants to be told first
	IMAP     string // the server from which mail is read, always by TLS at 993

	code    bool     // wants an authorisation code instead of the password
	domains []string // of the addresses people have there
}

// Presets lists the providers in the order of the form; the last is "other".
func Presets() []Preset {
	return []Preset{
		preset("qq", "smtp.qq.com", "imap.qq.com", 465, "tls", true, "qq.com", "foxmail.com"),
		preset("163", "smtp.163.com", "imap.163.com", 465, "tls", true, "163.com"),
		preset("126", "smtp.126.com", "imap.126.com", 465, "tls", true, "126.com"),
		preset("exmail", "smtp.exmail.qq.com", "imap.exmail.qq.com", 465, "tls", true),
		preset("aliyun", "smtp.qiye.aliyun.com", "imap.qiye.aliyun.com", 465, "tls", false),
		preset("gmail", "smtp.gmail.com", "imap.gmail.com", 587, "starttls", true, "gmail.com"),
		preset("outlook", "smtp.office365.com", "outlook.office365.com", 587, "starttls", false, "outlook.com", "hotmail.com"),
		preset("icloud", "smtp.mail.me.com", "imap.mail.me.com", 587, "starttls", true, "icloud.com", "me.com"),
		preset("other", "", "", 465, "tls", false),
	}
}

// PresetFor finds the provider of an address by its domain, or "other".
func PresetFor(address string) Preset {
	list := Presets()
	domain := domainOf(address)
	for _, p := range list {
		for _, d := range p.domains {
			if d == domain {
				return p
			}
		}
	}
	return list[len(list)-1]
}

func preset(id, host, imap string, port int, security string, code bool, domains ...string) Preset {
	return Preset{ID: id, Name: "mail.preset." + id + ".name", Host: host, IMAP: imap, Port: port, Security: security,
		Hint: "mail.preset." + id + ".hint", code: code, domains: domains}
}

func wantsCode(host string) bool {
	for _, p := range Presets() {
		if p.code && strings.EqualFold(p.Host, host) {
			return true
		}
	}
	return false
}
