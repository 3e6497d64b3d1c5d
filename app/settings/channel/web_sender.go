package channel

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/api"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// postSender looks the sender's domain up, which takes the network.
func (s *Service) postSender(c *fiber.Ctx) error {
	found, problem := s.CheckSender(web.Ctx(c), c.FormValue("selector"))
	st, _, err := s.Read(web.Ctx(c))
	if err != nil {
		return err
	}
	if problem != nil {
		return s.mailPage(c, st, problem)
	}
	return s.mailPageWith(c, st, &found, nil)
}

// Words say how an entry stands and what to do.
func (e Proof) Words(d view.Data) string {
	key := e.Why
	if key == "" {
		key = e.State
	}
	if key == entryFound || key == entryMissing {
		key += "_" + e.Name
	}
	return d.Locale.T("channel.dns.say." + key)
}

// Tone is the colour of its state.
func (e Proof) Tone() string {
	return map[string]string{entryFound: "accent", entryMissing: "warm", entryWrong: "bad", entryUnsure: "info", entryUnknown: "warm"}[e.State]
}

// Help is what to write, unless it stands there.
func (e Proof) Help() string {
	if e.State == entryFound || e.State == entryOthers || e.State == entryUnknown {
		return ""
	}
	return e.Want
}

// ProofObject is one entry as the API shows it.
type ProofObject struct {
	Name  string   `json:"name" enum:"spf,dkim,dmarc"`
	At    string   `json:"at,omitempty" doc:"Where it stands in the DNS"`
	State string   `json:"state" enum:"found,missing,wrong,unsure,provider,unknown"`
	Why   string   `json:"why,omitempty"`
	Found []string `json:"found"`
	Want  string   `json:"want,omitempty" doc:"What would do; absent where only the provider can say"`
}

// SenderObject is what was found about the domain of the sender's address.
type SenderObject struct {
	Domain  string        `json:"domain"`
	Good    bool          `json:"good"`
	Entries []ProofObject `json:"entries"`
}

type senderInput struct {
	Body struct {
		Selector string `json:"selector,omitempty" maxLength:"200" doc:"The name of the DKIM entry; without it the usual ones are tried"`
	}
}

func (s *Service) senderAPI(a *api.API) {
	api.Register(a, api.Op{Method: api.Post, Path: "/settings/mail-domain/check", Summary: "Look up the SPF, DKIM and DMARC entries of the sender's domain; changes nothing", Tag: "settings"},
		func(ctx context.Context, in *senderInput) (*api.Body[SenderObject], error) {
			found, err := s.CheckSender(ctx, in.Body.Selector)
			if err != nil {
				return nil, err
			}
			o := SenderObject{Domain: found.Domain, Good: found.Good(), Entries: []ProofObject{}}
			for _, e := range found.Entries {
				o.Entries = append(o.Entries, ProofObject{e.Name, e.At, e.State, e.Why, append([]string{}, e.Found...), e.Help()})
			}
			return &api.Body[SenderObject]{Body: o}, nil
		})
}
