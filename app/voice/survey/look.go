package survey

import (
	"strings"
	"time"
)

// robots are words by which mail filters and link previews name themselves.
var robots = []string{"bot", "crawl", "spider", "scan", "preview", "safelinks", "proofpoint", "mimecast", "barracuda", "curl", "wget", "python", "go-http", "headless", "monitor"}

// scanner says why a fetch looks like a machine's, "" when it does not.
func (l Look) scanner(i Invitation, before []Trace, value string, now time.Time) string {
	if l.Honeypot {
		return "honeypot"
	}
	agent := strings.ToLower(l.Agent)
	if agent == "" {
		return "agent"
	}
	for _, r := range robots {
		if strings.Contains(agent, r) {
			return "agent"
		}
	}
	if i.Channel == Email && !i.SentAt.IsZero() && now.Sub(i.SentAt.Time) < handover {
		return "fast"
	}
	if value != "" {
		for _, t := range before {
			if t.Kind == "preselected" && t.Value != value && now.Sub(t.At.Time) <= time.Minute {
				return "several"
			}
		}
	}
	return ""
}
