package inbox

import (
	"regexp"
	"strings"

	"github.com/emersion/go-message"

	"regulars/app/sys/outbox"
)

// Report says that a mail could not be delivered: in the form for machines
// (RFC 3464), or in the plain words that many Chinese providers send.
type Report struct {
	Failed    bool     // for good; otherwise it is only late
	Status    string   // 5.1.1
	Code      string   // 550
	Text      string   // the server's own words
	Addresses []string // to which it could not be delivered
	Messages  []string // Message-IDs of what came back
	Sure      bool     // it is a report for machines and names a message
	Unproven  bool     // nothing in it shows that it is about a mail of ours
}

var (
	returned   = regexp.MustCompile(`(?i)退信|投递失败|投遞失敗|无法送达|未送达|发送失败|邮件发送失败|undeliver|delivery (status notification|failure|has failed)|failure notice|returned mail|mail delivery (failed|system)|non remis|unzustellbar`)
	daemon     = regexp.MustCompile(`^(mailer-daemon|mailerdaemon|postmaster|mail-daemon|bounce[s]?)([-+._].*)?@`)
	statusCode = regexp.MustCompile(`\b([245]\.\d{1,3}\.\d{1,3})\b`)
	replyCode  = regexp.MustCompile(`\b(5[05]\d|4[25]\d)\b`)
	fullBox    = regexp.MustCompile(`(?i)邮箱已满|郵箱已滿|空间不足|容量不足|超出.{0,6}(容量|配额)|mailbox (is )?full|over ?quota|quota exceeded|insufficient storage`)
	inMail     = regexp.MustCompile(`(?i)message-id:\s*<([^<>\s]{3,250})>`)
)

// report reads one out of a mail's parts; nil when it is none. Of a mail whose
// head alone is known it tells that it may be one.
func (p *parts) report(m Mail, h message.Header) *Report {
	kind, params, _ := h.ContentType()
	formal := p.isReport || kind == "multipart/report" && !strings.EqualFold(params["report-type"], "disposition-notification")
	if !formal && !(returned.MatchString(m.Subject) && (daemon.MatchString(m.From) || h.Get("Return-Path") == "<>" || noPerson.MatchString(m.From))) && !daemon.MatchString(m.From) {
		return nil
	}
	r := &Report{Messages: p.original}
	if p.status != "" {
		r.formal(p.status)
	} else {
		r.worded(strings.Join(p.words, "\n"), m)
	}
	r.Sure = p.status != "" && len(r.Messages) > 0
	r.Text = clip(oneLine(r.Text))
	return r
}

// formal reads the part for machines.
func (r *Report) formal(status string) {
	for _, line := range strings.Split(unfold(status), "\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "action":
			r.Failed = r.Failed || strings.EqualFold(value, "failed")
		case "status":
			if m := statusCode.FindString(value); m != "" {
				r.Status = m
			}
		case "diagnostic-code":
			r.Text = strings.TrimSpace(strings.TrimPrefix(value, "smtp;"))
			if m := replyCode.FindString(r.Text); m != "" {
				r.Code = m
			}
		case "final-recipient", "original-recipient":
			r.Addresses = append(r.Addresses, addressShape.FindAllString(strings.ToLower(value), 1)...)
		}
	}
	if m := statusCode.FindString(r.Text); m != "" && strings.HasSuffix(r.Status, ".0.0") {
		r.Status = m
	}
}

// worded reads what people are told. It proves little: anybody can write so.
func (r *Report) worded(text string, m Mail) {
	text = head(flatText(head(text, 4*maxRead)), maxRead)
	r.Failed = returned.MatchString(m.Subject+"\n"+text) || replyCode.MatchString(text)
	r.Status = statusCode.FindString(text)
	r.Code = replyCode.FindString(text)
	for _, found := range inMail.FindAllStringSubmatch(text, 5) {
		r.Messages = append(r.Messages, found[1])
	}
	for _, address := range addressShape.FindAllString(text, 20) {
		if address = strings.ToLower(address); !daemon.MatchString(address) && address != m.From {
			r.Addresses = append(r.Addresses, address)
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); fullBox.MatchString(line) || replyCode.MatchString(line) || strings.Contains(line, "不存在") || strings.Contains(line, "原因") {
			r.Text = line
			break
		}
	}
	if fullBox.MatchString(text) && r.Status == "" {
		r.Status = "5.2.2"
	}
}

func flatText(text string) string {
	if strings.Contains(text, "</") {
		return flat(text)
	}
	return text
}

// unfold joins lines that were broken.
func unfold(text string) string {
	return strings.NewReplacer("\r\n ", " ", "\r\n\t", " ", "\n ", " ", "\n\t", " ").Replace(text)
}

// Class is what the report says about the address. Without proof that it is
// about a mail of ours it is never more than soft.
func (r Report) Class() string {
	class := Judge(r.Status, r.Code, r.Text)
	if class == outbox.Hard && (!r.Sure || r.Unproven) {
		return outbox.Soft
	}
	return class
}

// Judge tells what a server's refusal says about the address: that it does not
// exist, that it takes nothing now, or nothing, when it refuses the sender or
// the text.
func Judge(status, code, text string) string {
	if m := statusCode.FindString(text); status == "" && m != "" {
		status = m
	}
	switch {
	case fullBox.MatchString(text), strings.HasSuffix(status, ".2.2"):
		return outbox.Soft
	case strings.HasPrefix(status, "4"):
		return outbox.Soft
	case strings.HasPrefix(status, "5.1.7"), strings.HasPrefix(status, "5.1.8"): // the sender's address
		return ""
	case strings.HasPrefix(status, "5.1."), status == "5.2.1":
		return outbox.Hard
	case strings.HasPrefix(status, "5.7."), strings.HasPrefix(status, "5.6."), status == "5.2.3", status == "5.3.4":
		return ""
	case blocked.MatchString(text):
		return ""
	case status == "" && code == "551", strings.HasPrefix(status, "5.4.4"):
		return outbox.Hard
	case (status == "" || strings.HasPrefix(status, "5.")) && noSuch.MatchString(text):
		return outbox.Hard
	}
	return outbox.Soft
}

// Disliked tells whether a server refuses us or our words rather than the address.
func Disliked(text string) bool {
	return blocked.MatchString(text) || strings.HasPrefix(statusCode.FindString(text), "5.7.")
}

// noSuch is how servers say in words that there is no such mailbox. A bare 550
// may as well be a policy, or a greylist that chose the wrong number.
var noSuch = regexp.MustCompile(`(?i)no such|unknown (local )?(user|recipient|mailbox|address|account)|invalid (user|recipient|mailbox|address)|unrouteable|(user|mailbox|account|recipient|address|rcpt)\b.{0,60}(not found|unknown|does ?n.t exist|doesn.t exist|dosn.t exist|not exist|is invalid|no longer)|(用户|邮箱|收件人|帐号|账号|地址|用戶|郵箱).{0,40}(不存在|没有找到|找不到|无效)|无此用户|查无此人`)

// blocked is how servers say that they do not like the sender or the text.
var blocked = regexp.MustCompile(`(?i)spam|gr[ea]y-?list|灰名单|content denied|blocked|blacklist|block ?list|policy|reputation|denied by|spf|dkim|dmarc|垃圾|拦截|拒收|频率|rejected due to|relay`)
