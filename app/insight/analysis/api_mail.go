package analysis

import (
	"context"
	"net/http"

	"regulars/app/sys/api"
	"regulars/app/sys/export"
)

// MailObject is when a report comes by mail and who gets it.
type MailObject struct {
	ReportID int64    `json:"report_id"`
	Rhythm   string   `json:"rhythm" enum:"weekly,monthly"`
	Day      int      `json:"day" doc:"Of the week, 0 is Sunday, or of the month"`
	Readers  []int64  `json:"readers" doc:"People who work here; each gets what they may see"`
	Papers   []string `json:"papers" doc:"Files that come along, for those who may take files out: xlsx, pdf"`
}

func mailObject(id int64, m Mail) MailObject {
	return MailObject{id, m.Rhythm, m.Day, append([]int64{}, m.Readers...), append([]string{}, m.Papers.list()...)}
}

type mailInput struct {
	api.Path
	Body struct {
		Rhythm  string  `json:"rhythm" enum:"weekly,monthly"`
		Day     int     `json:"day" minimum:"0" maximum:"28"`
		Readers []int64 `json:"readers" maxItems:"50"`

		Papers *[]string `json:"papers,omitempty" maxItems:"2" enum:"xlsx,pdf" doc:"xlsx when it is not said"`
	}
}

func (s *Service) apiMails(a *api.API) {
	const tag, one = "reports", home + "/{id}/mail"
	api.Register(a, api.Op{Method: api.Get, Path: home + "/mails", Summary: "List which reports come by mail", Tag: tag}, s.apiMailed)
	api.Register(a, api.Op{Method: api.Get, Path: one, Summary: "Read when a report comes by mail", Tag: tag}, func(ctx context.Context, in *api.Path) (*api.Body[MailObject], error) {
		m, err := s.MailOf(ctx, in.ID)
		if err == nil && m.Rhythm == "" {
			err = errNotHere
		}
		return &api.Body[MailObject]{Body: mailObject(in.ID, m)}, err
	})
	api.Register(a, api.Op{Method: api.Put, Path: one, Summary: "Send a report by mail, or change when and to whom", Tag: tag}, func(ctx context.Context, in *mailInput) (*api.Body[MailObject], error) {
		chosen := []string{export.XLSX}
		if in.Body.Papers != nil {
			chosen = *in.Body.Papers
		}
		m, err := s.SetMail(ctx, in.ID, Mail{Rhythm: in.Body.Rhythm, Day: in.Body.Day, Readers: in.Body.Readers, Papers: papersOf(chosen)})
		return &api.Body[MailObject]{Body: mailObject(in.ID, m)}, err
	})
	api.Register(a, api.Op{Method: api.Delete, Path: one, Summary: "Send a report by mail no more", Tag: tag, Status: http.StatusNoContent}, func(ctx context.Context, in *api.Path) (*api.Empty, error) {
		_, err := s.SetMail(ctx, in.ID, Mail{})
		return nil, err
	})
}

func (s *Service) apiMailed(ctx context.Context, _ *api.Empty) (*api.Body[api.Items[MailObject]], error) {
	all, err := s.Mailed(ctx)
	out := api.Items[MailObject]{Items: []MailObject{}}
	for _, m := range all {
		out.Items = append(out.Items, mailObject(m.ReportID, m.Mail))
	}
	return &api.Body[api.Items[MailObject]]{Body: out}, err
}
