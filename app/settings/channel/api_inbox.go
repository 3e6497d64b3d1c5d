package channel

import (
	"context"
	"time"

	"regulars/app/sys/api"
)

// InboxObject is the mailbox that is read. Its password never leaves.
type InboxObject struct {
	On           bool       `json:"on"`
	Host         string     `json:"host"`
	Port         int        `json:"port"`
	Security     string     `json:"security" enum:"tls,starttls,none"`
	Username     string     `json:"username"`
	HasPassword  bool       `json:"has_password" doc:"One is stored, or the one that mail is sent with is used; neither is ever shown"`
	Folder       string     `json:"folder"`
	Address      string     `json:"address" doc:"To which people write back"`
	LookedAt     *time.Time `json:"looked_at" doc:"The last time that went well"`
	FailingSince *time.Time `json:"failing_since"`
	Error        *string    `json:"error"`
	Replies      int        `json:"replies"`
	Bounces      int        `json:"bounces"`
}

type inboxPatch struct {
	Body struct {
		Host     api.Opt[string] `json:"host,omitempty"`
		Port     api.Opt[int]    `json:"port,omitempty"`
		Security api.Opt[string] `json:"security,omitempty"`
		Username api.Opt[string] `json:"username,omitempty"`
		Password api.Opt[string] `json:"password,omitempty" doc:"Absent keeps the stored one; another server or user name wants it again"`
		Folder   api.Opt[string] `json:"folder,omitempty"`
		Address  api.Opt[string] `json:"address,omitempty"`
	}
}

func (s *Service) inboxAPI(a *api.API) {
	const tag, path = "settings", "/settings/inbox"
	api.Register(a, api.Op{Method: api.Get, Path: path, Summary: "Read which mailbox is read, without its password", Tag: tag}, func(ctx context.Context, _ *api.Empty) (*api.Body[InboxObject], error) {
		return s.apiInbox(ctx)
	})
	api.Register(a, api.Op{Method: api.Patch, Path: path, Summary: "Say which mailbox is read; it is read from now on", Tag: tag}, s.apiSetInbox)
	api.Register(a, api.Op{Method: api.Post, Path: path + "/check", Summary: "Sign in to the mailbox and look; says in words what is wrong", Tag: tag}, func(ctx context.Context, _ *api.Empty) (*api.Body[InboxObject], error) {
		if err := s.CheckInbox(ctx); err != nil {
			return nil, err
		}
		return s.apiInbox(ctx)
	})
	api.Register(a, api.Op{Method: api.Post, Path: path + "/stop", Summary: "Read the mailbox no more", Tag: tag}, func(ctx context.Context, _ *api.Empty) (*api.Body[InboxObject], error) {
		if err := s.StopInbox(ctx); err != nil {
			return nil, err
		}
		return s.apiInbox(ctx)
	})
}

func (s *Service) apiInbox(ctx context.Context) (*api.Body[InboxObject], error) {
	st, err := s.ReadInbox(ctx)
	if err != nil {
		return nil, err
	}
	now, err := s.InboxStatus(ctx)
	return &api.Body[InboxObject]{Body: InboxObject{On: st.On, Host: st.Host, Port: st.Port, Security: st.Security, Username: st.Username,
		HasPassword: st.Sealed != "" || st.Shared, Folder: st.Folder, Address: st.Address, LookedAt: api.Time(now.LookedAt), FailingSince: api.Time(now.FailingSince),
		Error: text(now.Error), Replies: now.Replies, Bounces: now.Bounces}}, err
}

func (s *Service) apiSetInbox(ctx context.Context, in *inboxPatch) (*api.Body[InboxObject], error) {
	st, err := s.ReadInbox(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	b.Host.Into(&st.Host)
	b.Port.Into(&st.Port)
	b.Security.Into(&st.Security)
	b.Username.Into(&st.Username)
	b.Password.Into(&st.Password)
	b.Folder.Into(&st.Folder)
	b.Address.Into(&st.Address)
	if _, err := s.SaveInbox(ctx, st); err != nil {
		return nil, err
	}
	return s.apiInbox(ctx)
}
