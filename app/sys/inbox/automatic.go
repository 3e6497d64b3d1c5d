package inbox

import (
	"regexp"
	"strings"

	"github.com/emersion/go-message"
)

var (
	noPerson = regexp.MustCompile(`^(mailer-daemon|mailerdaemon|postmaster|no-?_?reply|do-?not-?reply|bounce[s]?|auto-?reply)([-+._].*)?@`)
	away     = regexp.MustCompile(`(?i)^(re: ?|回复[:：] ?|答复[:：] ?|aw: ?)*(auto(matic)?[- ]?(reply|response|answer)|out of (the )?office|autoreply|自动回复|自動回覆|自动答复|休假|外出|abwesen|réponse automatique|respuesta automática|\[auto\])`)
)

// automatic says why no person wrote a mail. To such mail nothing is ever sent,
// and it answers nothing.
func automatic(h message.Header, m Mail) string {
	if v := strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted"))); v != "" && !strings.HasPrefix(v, "no") {
		return "auto_submitted"
	}
	switch strings.ToLower(strings.TrimSpace(h.Get("Precedence"))) {
	case "bulk", "list", "junk", "auto_reply", "auto-reply":
		return "bulk"
	}
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Auto-Response-Suppress", "X-Mail-Autoreply", "X-Regulars-Loop"} {
		if v := strings.ToLower(strings.TrimSpace(h.Get(name))); v != "" && v != "no" && v != "false" {
			return "auto_header"
		}
	}
	switch {
	case h.Get("List-Id") != "":
		return "list"
	case h.Has("Return-Path") && strings.TrimSpace(h.Get("Return-Path")) == "<>":
		return "no_sender"
	case noPerson.MatchString(m.From):
		return "no_person"
	case away.MatchString(m.Subject):
		return "away"
	}
	return ""
}
