package inbox

import (
	"html"
	"regexp"
	"strings"
)

// What mail programs put before the mail that is answered.
var (
	quoteLines = []*regexp.Regexp{
		regexp.MustCompile(`(?i)^(on|le|el|am|em|il|op) .{5,250}(wrote|a écrit|escribió|schrieb .{0,120}|escreveu|scritto|schreef .{0,120}) ?[:：]$`),
		regexp.MustCompile(`^(在|于|於) ?.{4,250}(写道|寫道) ?[:：]$`),
		regexp.MustCompile(`[^\s@]@[^\s@]+\.[^\s@]+[>＞]? ?([于於] ?.{4,80})?(写道|寫道|wrote) ?[:：]$`),
		regexp.MustCompile(`^.{1,80}([于於] ?\d{4}年.{4,60})(写道|寫道) ?[:：]$`),
		regexp.MustCompile(`(?i)^[-—_=* ]{2,}\s*(original message|original|原始邮件|原始郵件|邮件原件|郵件原件|原邮件|原郵件|回复的原邮件|转发邮件信息|forwarded message|ursprüngliche nachricht|message d'origine|mensaje original)\s*[-—_=* ]{2,}$`),
		regexp.MustCompile(`(?i)^-{2,} ?(replied|回复的) ?(message|原邮件)? ?-{2,}$`),
		regexp.MustCompile(`^_{20,}$`),
		regexp.MustCompile(`^-- ?$`), // a signature
	}
	headFirst = regexp.MustCompile(`(?i)^[*| ]{0,4}(发件人|發件人|寄件者|from|von|de)[*| ]{0,4} ?[:：]`)
	headNext  = regexp.MustCompile(`(?i)^[*| ]{0,4}(发送时间|發送時間|发送日期|寄件日期|时间|日期|收件人|收件者|主题|主旨|抄送|sent|date|to|subject|gesendet|datum|an|betreff|envoyé|objet)[*| ]{0,4} ?[:：]`)
	footer    = regexp.MustCompile(`(?i)^(发自|來自|来自|從|从)我的|^发自 ?(iPhone|安卓|网易|华为|小米|vivo|oppo|QQ)|^sent from (my|mail for|outlook|yahoo|samsung)|^get outlook for|^通过?.{0,12}(手机|QQ)邮箱|^von meinem .{2,30} gesendet`)
)

// Anybody can send us a mail, and patterns cost the more the longer the text is.
const (
	maxRead = 64 << 10 // bytes in which patterns look
	maxLine = 500      // bytes of a line that a program may have put before a quote
)

// head is a text's first bytes.
func head(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "")
}

// own is what a person wrote themselves, above what they quote. Whoever answers
// below the quote has marked it with ">".
func own(text string) string {
	text = head(text, maxRead)
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
	var kept []string
	quoted := false
	for i := range lines {
		if begins(lines, i) {
			quoted = true
			break
		}
		line := strings.TrimRight(lines[i], " \t\u00a0")
		if strings.HasPrefix(strings.TrimSpace(line), ">") || footer.MatchString(strings.TrimSpace(line)) {
			quoted = true
			continue
		}
		kept = append(kept, line)
	}
	out := tidy(kept)
	if out != "" || !quoted {
		return out
	}
	kept = kept[:0]
	marked := false
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, ">"):
			marked = true
		case marked && trimmed == "--": // a signature below
			return tidy(kept)
		case marked && !begins(lines, i) && !footer.MatchString(trimmed):
			kept = append(kept, strings.TrimRight(line, " \t\u00a0"))
		}
	}
	return tidy(kept)
}

// begins tells whether a quote begins at a line; the words of some programs run
// over two.
func begins(lines []string, i int) bool {
	if len(lines[i]) > maxLine {
		return false
	}
	line := strings.TrimSpace(strings.ReplaceAll(lines[i], "\u00a0", " "))
	if line == "" {
		return false
	}
	next := ""
	if i+1 < len(lines) && len(lines[i+1]) <= maxLine {
		next = strings.TrimSpace(lines[i+1])
	}
	for _, q := range quoteLines {
		if q.MatchString(line) || next != "" && !strings.HasPrefix(next, ">") && opener.MatchString(line) && q.MatchString(line+" "+next) {
			return true
		}
	}
	if !headFirst.MatchString(line) {
		return false
	}
	for k := i + 1; k < len(lines) && k <= i+6; k++ {
		if len(lines[k]) <= maxLine && headNext.MatchString(strings.TrimSpace(lines[k])) {
			return true
		}
	}
	return false
}

// opener is how such words begin that run over two lines.
var opener = regexp.MustCompile(`(?i)^(on|le|el|am|em|il|op|在|于) ?.{4,}`)

func tidy(lines []string) string {
	text := strings.TrimSpace(strings.ReplaceAll(strings.Join(lines, "\n"), "\u200b", ""))
	return manyBreaks.ReplaceAllString(text, "\n\n")
}

var (
	manyBreaks = regexp.MustCompile(`\n{3,}`)
	// Where the quote begins in the HTML of the usual programs.
	richQuote = regexp.MustCompile(`(?i)<blockquote|<[^>]{1,300}(class|id|name)\s*=\s*["']?[^"'>]{0,80}(gmail_quote|gmail_attr|divRplyFwdMsg|appendonsend|moz-cite-prefix|OutlookMessageHeader|isReplyContent|yahoo_quoted|ntes-mailmaster-quote|protonmail_quote|replyhdr|mail_quote|qmbox_quote)|<includetail|border-top:\s*solid #(E1E1E1|B5C4DF)`)
	hidden    = regexp.MustCompile(`(?is)<(style|script|head|title)\b.*?</(style|script|head|title)\s*>|<!--.*?-->`)
	breaks    = regexp.MustCompile(`(?i)<br\s*/?>|<div\b[^>]*>|</(p|div|tr|li|h[1-6]|table)\s*>|<hr[^>]*>`)
	tags      = regexp.MustCompile(`(?s)<[^>]*>`)
	spaces    = regexp.MustCompile(`[ \t\x{a0}]+`)
)

// flat is the text of an HTML mail up to what it quotes.
func flat(rich string) string {
	rich = head(hidden.ReplaceAllString(rich, " "), maxRead)
	if at := richQuote.FindStringIndex(rich); at != nil {
		rich = rich[:at[0]]
	}
	rich = strings.NewReplacer("\r", " ", "\n", " ").Replace(rich)
	text := html.UnescapeString(tags.ReplaceAllString(breaks.ReplaceAllString(rich, "\n"), ""))
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(spaces.ReplaceAllString(line, " ")); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
