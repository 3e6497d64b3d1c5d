package invoicetitle

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"regulars/app/kit/text"
	"regulars/app/kit/uscc"
)

// Recognise reads an invoice title out of text as it is sent around: with names
// before the values (名称：… 税号：… Bank: …), one a line or all in a row, or
// without, one value a line. What it cannot place it leaves out; it guesses no
// value that is not in the text.
func Recognise(s string) Input {
	if len(s) > maxPasted {
		s = strings.ToValidUTF8(s[:maxPasted], "")
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u00a0", " ", "\u3000", " ").Replace(strings.ToValidUTF8(s, ""))
	var in Input
	marks := slices.DeleteFunc(label.FindAllStringSubmatchIndex(s, -1), func(m []int) bool {
		return m[0] > 0 && latin(s[m[0]]) && latin(s[m[0]-1]) // the tel of a hotel
	})
	if len(marks) == 0 {
		in.guess(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' || r == ';' || r == '；' }))
		in.Clean()
		return in.cut()
	}
	in.guess(strings.Split(s[:marks[0][0]], "\n"))
	for i, m := range marks {
		end := len(s)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		name := strings.Join(strings.Fields(strings.ToLower(s[m[2]:m[3]])), " ")
		in.put(fields[name], s[m[1]:end])
	}
	in.Clean()
	return in.cut()
}

const maxPasted = 8000

func latin(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// fields are the names that people write before the values.
var fields = map[string]string{}

// label finds any of them, followed by a colon.
var label = func() *regexp.Regexp {
	var names []string
	for field, list := range map[string]string{
		"title":         "单位名称,公司名称,企业名称,开票名称,发票抬头,购买方名称,购方名称,抬头名称,公司抬头,名称,抬头,户名,invoice title,company name,company,bill to,name,title",
		"tax_id":        "统一社会信用代码/纳税人识别号,纳税人识别号/统一社会信用代码,统一社会信用代码,纳税人识别号,纳税识别号,纳税人税号,社会信用代码,税务登记号,信用代码,识别号,税号,tax id,tax number,tax no,taxpayer id,vat number,vat no,vat id,credit code,uscc,tin",
		"address+phone": "地址、电话,地址及电话,地址和电话,地址电话,地址/电话,注册地址及电话,注册地址、电话,注册地址电话,单位地址、电话,address and phone,address & phone,address/phone,address, phone",
		"address":       "注册地址,单位地址,公司地址,开票地址,地址,registered address,address",
		"phone":         "注册电话,联系电话,单位电话,公司电话,电话号码,电话,phone number,telephone,phone,tel",
		"bank+account":  "开户行及账号,开户行及帐号,开户银行及账号,开户银行及帐号,开户行、账号,开户行账号,开户行/账号,开户行和账号,银行及账号,bank and account,bank & account,bank/account",
		"bank":          "开户银行,开户行,银行名称,银行,bank name,bank",
		"account":       "银行账号,银行帐号,银行账户,银行卡号,账号,帐号,账户,account number,account no,bank account,account,iban",
	} {
		for _, name := range strings.Split(list, ",") {
			if name = strings.TrimSpace(name); name != "" && fields[name] == "" {
				fields[name] = field
				names = append(names, name)
			}
		}
	}
	fields["address, phone"] = "address+phone"
	return regexp.MustCompile(`(?i)(` + alternatives(names) + `)\.?\s*[:：]`)
}()

// alternatives is the names for a pattern, the longest first.
func alternatives(names []string) string {
	for i := range names {
		for j := i + 1; j < len(names); j++ {
			if len(names[j]) > len(names[i]) || len(names[j]) == len(names[i]) && names[j] < names[i] {
				names[i], names[j] = names[j], names[i]
			}
		}
	}
	for i, n := range names {
		names[i] = strings.ReplaceAll(regexp.QuoteMeta(n), " ", `[ ]+`)
	}
	return strings.Join(names, "|")
}

var (
	phoneAtEnd   = regexp.MustCompile(`^(.*?)[\s,，、;；]*((?:\+?\(?\d[\d\s()-]{5,}\d)(?:\s*(?:转|ext\.?)\s*\d+)?)$`)
	accountAtEnd = regexp.MustCompile(`^(.*?)[\s,，、;；:：]*(\d[\d\s-]{7,38}\d)$`)
	phoneAlone   = regexp.MustCompile(`^\+?\(?\d[\d\s()-]{5,18}\d$`)
	digitsAlone  = regexp.MustCompile(`^\d[\d\s-]{7,38}\d$`)
	bankWord     = regexp.MustCompile(`(?i)银行|信用社|支行|分行|营业部|\bbank\b`)
	addressWord  = regexp.MustCompile(`(?i)[省市区县镇乡村路街道号楼室]|\b(street|road|avenue|lane|st|rd|ave)\b`)
)

// put takes a value under a name; what was said first counts.
func (in *Input) put(field, value string) {
	value = strings.Trim(strings.Join(strings.Fields(value), " "), " ,，、;；。|")
	set := func(into *string, s string) {
		if *into == "" {
			*into = strings.Trim(s, " ,，、;；。|")
		}
	}
	switch field {
	case "title":
		set(&in.Title, value)
	case "tax_id":
		set(&in.TaxID, value)
	case "address":
		set(&in.Address, value)
	case "phone":
		set(&in.Phone, value)
	case "bank":
		set(&in.Bank, value)
	case "account":
		set(&in.Account, value)
	case "address+phone":
		if m := phoneAtEnd.FindStringSubmatch(halfDigits(value)); m != nil {
			set(&in.Address, m[1])
			set(&in.Phone, m[2])
			return
		}
		set(&in.Address, value)
	case "bank+account":
		if m := accountAtEnd.FindStringSubmatch(halfDigits(value)); m != nil {
			set(&in.Bank, m[1])
			set(&in.Account, m[2])
			return
		}
		set(&in.Bank, value)
	}
}

// guess places values without names by what they look like.
func (in *Input) guess(lines []string) {
	for _, line := range lines {
		line = strings.Trim(strings.Join(strings.Fields(line), " "), " ,，、;；。|")
		digits := halfDigits(line)
		switch {
		case line == "":
		case in.TaxID == "" && uscc.Check(line) == uscc.Fine:
			in.TaxID = line
		case bankWord.MatchString(line) && !text.IsCompany(line):
			in.put("bank+account", line)
		case in.Bank != "" && in.Account == "" && digitsAlone.MatchString(digits), in.Account == "" && digitsAlone.MatchString(digits) && len(digits) > 15:
			in.Account = digits
		case in.Phone == "" && phoneAlone.MatchString(digits):
			in.Phone = digits
		case in.Title == "" && (text.IsCompany(line) || !addressWord.MatchString(line)):
			in.Title = line
		case in.Address == "" && addressWord.MatchString(line):
			in.put("address+phone", line)
		}
	}
}

// halfDigits writes full-width digits as everybody else does.
func halfDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' || r == '（' || r == '）' || r == '－' {
			return []rune(width.Fold.String(string(r)))[0]
		}
		return r
	}, s)
}

// cut keeps every value within what a title may hold, so that what was
// recognised can be looked at.
func (in Input) cut() Input {
	for _, f := range []struct {
		value *string
		most  int
	}{{&in.Title, maxLong}, {&in.Address, maxLong}, {&in.Bank, maxLong}, {&in.TaxID, maxShort}, {&in.Phone, maxShort}, {&in.Account, maxShort}} {
		if r := []rune(*f.value); len(r) > f.most {
			*f.value = string(r[:f.most])
		}
	}
	return in
}
