// What the sender's domain says about its mail: three entries in its DNS by which
// others tell our mail from forged mail. Looked up when the owner asks for it.

package channel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/mail"
)

// Resolver looks a name up; net.DefaultResolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// ResolveWith sets who looks names up; tests need no network.
func (s *Service) ResolveWith(r Resolver) { s.resolver = r }

// lookTime is how long all questions together may take.
const lookTime = 8 * time.Second

// What an entry can be.
const (
	entryFound   = "found"
	entryMissing = "missing"
	entryWrong   = "wrong"
	entryUnsure  = "unsure"   // it is there, and we cannot tell whether it is right
	entryOthers  = "provider" // it is the provider's business
	entryUnknown = "unknown"  // nobody answered
)

// Proof is one of the three entries.
type Proof struct {
	Name  string // spf, dkim, dmarc
	At    string // where it stands in the DNS
	State string
	Why   string   // more about the state: the end of an i18n key, "" for nothing
	Found []string // as they stand there
	Want  string   // what would do, "" where only the provider can say
}

// SenderDomain is what was found about the domain of the sender's address.
type SenderDomain struct {
	Domain   string
	Provider bool // the address is at a provider, whose business all this is
	Entries  []Proof
}

// Good tells whether nothing is left to do.
func (d SenderDomain) Good() bool {
	return !slices.ContainsFunc(d.Entries, func(e Proof) bool { return e.State != entryFound && e.State != entryOthers })
}

// included is what providers want to have named in the SPF entry.
var included = map[string]string{
	"gmail": "include:_spf.google.com", "outlook": "include:spf.protection.outlook.com", "icloud": "include:icloud.com",
	"exmail": "include:spf.mail.qq.com", "aliyun": "include:spf.qiye.aliyun.com",
}

// selectors are the usual names of DKIM entries: nobody can ask for all of them.
var selectors = []string{"default", "google", "selector1", "selector2", "sig1", "dkim", "mail", "s1", "s2", "k1"}

// CheckSender looks the entries of the sender's domain up. selector is the name
// of the DKIM entry, if the owner knows it.
func (s *Service) CheckSender(ctx context.Context, selector string) (SenderDomain, error) {
	if err := auth.From(ctx).May("channel.write"); err != nil {
		return SenderDomain{}, err
	}
	selector = strings.ToLower(strings.TrimSpace(selector))
	c := &errs.Check{}
	c.That(selector == "" || label(selector), "selector", "channel.error.selector")
	if err := c.Err(); err != nil {
		return SenderDomain{}, err
	}
	st, err := s.stored(ctx, s.db.Reader(ctx))
	if err != nil {
		return SenderDomain{}, err
	}
	_, domain, ok := strings.Cut(st.From, "@")
	domain = strings.ToLower(domain)
	if !ok || !label(domain) {
		return SenderDomain{}, errs.New(errs.Conflict, "channel.error.no_sender")
	}
	out := SenderDomain{Domain: domain, Provider: mail.PresetFor(st.From).Host != ""}
	if out.Provider {
		e := Proof{State: entryOthers}
		if st.Host != "" && st.Host != mail.PresetFor(st.From).Host {
			e.State, e.Why = entryWrong, "foreign"
		}
		for _, e.Name = range []string{"spf", "dkim", "dmarc"} {
			out.Entries = append(out.Entries, e)
		}
		return out, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	out.Entries = []Proof{s.spf(ctx, domain, st), s.dkim(ctx, domain, selector), s.dmarc(ctx, domain, st.From)}
	return out, nil
}

// label tells names that can stand in the DNS.
func label(name string) bool {
	return len(name) <= 200 && name != "" && strings.Trim(name, ".") == name && !strings.Contains(name, "..") &&
		!strings.ContainsFunc(name, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
		})
}

// texts are the entries of a name that begin so; known is false when nobody
// answered.
func (s *Service) texts(ctx context.Context, name, begin string) (list []string, known bool) {
	all, err := s.resolver.LookupTXT(ctx, name+".")
	var none *net.DNSError
	if err != nil && !(errors.As(err, &none) && none.IsNotFound) {
		return nil, false
	}
	for _, one := range all {
		if one = strings.TrimSpace(one); strings.HasPrefix(strings.ToLower(one), begin) {
			list = append(list, clipped(one))
		}
	}
	return list, true
}

// clipped keeps an endless entry from filling the page.
func clipped(text string) string {
	if r := []rune(text); len(r) > 500 {
		return string(r[:500]) + "…"
	}
	return text
}

func (s *Service) spf(ctx context.Context, domain string, st Settings) Proof {
	e := Proof{Name: "spf", At: domain, State: entryFound}
	wants := included[st.Preset]
	if wants == "" && st.Host != "" && strings.Contains(st.Host, ".") {
		for _, p := range mail.Presets() {
			if p.Host == st.Host {
				wants = included[p.ID]
			}
		}
		if wants == "" && strings.HasSuffix("."+st.Host, "."+domain) {
			wants = "a:" + st.Host
		}
	}
	if wants != "" {
		e.Want = "v=spf1 " + wants + " ~all"
	}
	list, known := s.texts(ctx, domain, "v=spf1")
	e.Found = list
	switch {
	case !known:
		e.State = entryUnknown
	case len(list) == 0:
		e.State = entryMissing
	case len(list) > 1:
		e.State, e.Why, e.Want = entryWrong, "several", ""
	case slices.Contains(strings.Fields(strings.ToLower(list[0])), "+all"):
		e.State, e.Why = entryWrong, "anybody"
	case wants == "":
		e.State, e.Why = entryUnsure, "ask"
	case !slices.Contains(strings.Fields(strings.ToLower(list[0])), wants):
		e.State, e.Why = entryUnsure, "other"
	}
	return e
}

func (s *Service) dkim(ctx context.Context, domain, selector string) Proof {
	e := Proof{Name: "dkim", At: "…._domainkey." + domain, State: entryMissing, Why: "usual"}
	tried := selectors
	if selector != "" {
		tried, e.Why = []string{selector}, ""
		e.At = selector + "._domainkey." + domain
	}
	answered := false
	for _, one := range tried {
		at := one + "._domainkey." + domain
		list, known := s.texts(ctx, at, "")
		answered = answered || known
		for _, text := range list {
			key, has := tagOf(text, "p")
			if !has {
				continue
			}
			e.At, e.Found, e.State, e.Why = at, []string{text}, entryFound, ""
			if key == "" {
				e.State, e.Why = entryWrong, "revoked"
			}
			return e
		}
	}
	if !answered {
		e.State, e.Why = entryUnknown, ""
	} else if selector == "" {
		e.State = entryUnsure
	}
	return e
}

// tagOf reads one tag of "v=DKIM1; k=rsa; p=MIG…".
func tagOf(text, name string) (string, bool) {
	for part := range strings.SplitSeq(text, ";") {
		if k, v, ok := strings.Cut(part, "="); ok && strings.EqualFold(strings.TrimSpace(k), name) {
			return strings.TrimSpace(v), true
		}
	}
	return "", false
}

// dmarc stands at the domain or at those above it.
func (s *Service) dmarc(ctx context.Context, domain, from string) Proof {
	e := Proof{Name: "dmarc", At: "_dmarc." + domain, State: entryMissing, Want: fmt.Sprintf("v=DMARC1; p=none; rua=mailto:%s", from)}
	for at := domain; strings.Contains(at, "."); _, at, _ = strings.Cut(at, ".") {
		list, known := s.texts(ctx, "_dmarc."+at, "v=dmarc1")
		if !known {
			e.State = entryUnknown
			return e
		}
		if len(list) == 0 {
			continue
		}
		e.At, e.Found, e.State = "_dmarc."+at, list, entryFound
		if p, _ := tagOf(list[0], "p"); len(list) > 1 {
			e.State, e.Why, e.Want = entryWrong, "several", ""
		} else if !slices.Contains([]string{"none", "quarantine", "reject"}, strings.ToLower(p)) {
			e.State, e.Why = entryWrong, "policy"
		}
		return e
	}
	return e
}
