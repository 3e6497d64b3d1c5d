package inbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"regulars/app/sys/fetch"
)

// Dialer opens mailboxes by IMAP, only where the guard lets it.
type Dialer struct {
	// Allow decides about the address that the server's name led to, right
	// before it is dialled; nil opens nothing private.
	Allow func(host string, addr netip.Addr) error

	roots *x509.CertPool // nil means the system's
}

// NewDialer makes one.
func NewDialer(guard fetch.Guard) *Dialer { return &Dialer{Allow: guard.Check} }

const (
	dialTimeout = 30 * time.Second
	maxBody     = 1 << 20 // of a mail; texts and reports stand at its beginning
)

// Failure is why a mailbox cannot be read, with the i18n key that says it.
type Failure struct {
	Key  string
	Text string
}

// Error implements error.
func (f *Failure) Error() string { return f.Text }

var errPlainPassword = errors.New("a password is never sent unencrypted over the public network")

// Open signs in and opens the folder without changing anything in it. The
// program gives its name after signing in: 163, 126 and yeah.net refuse
// whoever does not.
func (d *Dialer) Open(ctx context.Context, st Settings) (Mailbox, error) {
	conn, err := d.dial(ctx, st)
	if err != nil {
		return nil, connectFailure(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	c, line, err := d.client(conn, st)
	if err != nil {
		stop()
		_ = conn.Close()
		return nil, connectFailure(err)
	}
	box := &remote{client: c, stop: stop}
	if err := box.enter(st, line); err != nil {
		_ = box.Close()
		if ctx.Err() != nil {
			err = &Failure{"inbox.error.timeout", ctx.Err().Error()}
		}
		return nil, err
	}
	return box, nil
}

func (d *Dialer) dial(ctx context.Context, st Settings) (net.Conn, error) {
	if err := fetch.CheckHost(st.Host); err != nil {
		return nil, err
	}
	control := func(_, address string, _ syscall.RawConn) error {
		end, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%w: %s", fetch.ErrPrivate, address)
		}
		allow := d.Allow
		if allow == nil {
			allow = fetch.Guard{}.Check
		}
		if err := allow(st.Host, end.Addr()); err != nil {
			return err
		}
		if st.Security == "none" && !fetch.IsPrivate(end.Addr()) {
			return errPlainPassword
		}
		return nil
	}
	dialer := net.Dialer{Timeout: dialTimeout, Control: control}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(st.Host, strconv.Itoa(st.Port)))
	if err != nil || st.Security != "tls" {
		return conn, err
	}
	secure := tls.Client(conn, d.tls(st))
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secure, nil
}

func (d *Dialer) tls(st Settings) *tls.Config {
	return &tls.Config{ServerName: st.Host, MinVersion: tls.VersionTLS12, RootCAs: d.roots}
}

func (d *Dialer) client(conn net.Conn, st Settings) (*imapclient.Client, *greeted, error) {
	line := newGreeted(conn)
	if st.Security == "starttls" {
		var err error
		if line, err = secured(conn, d.tls(st)); err != nil {
			return nil, nil, err
		}
	}
	c := imapclient.New(line, nil)
	return c, line, c.WaitGreeting()
}

// remote is a folder on a server.
type remote struct {
	client *imapclient.Client
	stop   func() bool
	data   *imap.SelectData
}

func (r *remote) enter(st Settings, line *greeted) error {
	if err := r.client.Login(st.Username, st.Password.Reveal()).Wait(); err != nil {
		return &Failure{"inbox.error.auth", err.Error()}
	}
	_, _ = r.client.ID(&imap.IDData{Name: "Regulars", Version: "1", Vendor: "Regulars"}).Wait() // a server that does not know it says so, and that is all
	line.calm.Store(true)
	var err error
	if r.data, err = r.client.Select(st.Folder, &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		return &Failure{"inbox.error.folder", err.Error()}
	}
	return nil
}

// Validity implements Mailbox.
func (r *remote) Validity() uint32 { return r.data.UIDValidity }

// Next implements Mailbox.
func (r *remote) Next() uint32 { return uint32(r.data.UIDNext) }

// Heads implements Mailbox.
func (r *remote) Heads(_ context.Context, after uint32, since time.Time, n int) ([]Head, error) {
	criteria := &imap.SearchCriteria{Since: since}
	if after > 0 {
		var set imap.UIDSet
		set.AddRange(imap.UID(after+1), 0)
		criteria = &imap.SearchCriteria{UID: []imap.UIDSet{set}}
	}
	found, err := r.client.UIDSearch(criteria, nil).Wait()
	if err != nil {
		return nil, fmt.Errorf("look for new mails: %w", err)
	}
	uids := slices.DeleteFunc(found.AllUIDs(), func(u imap.UID) bool { return uint32(u) <= after }) // n:* always names the last one
	slices.Sort(uids)
	if len(uids) > n {
		uids = uids[:n]
	}
	if len(uids) == 0 {
		return nil, nil
	}
	section := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true}
	mails, err := r.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		return nil, fmt.Errorf("read the heads of new mails: %w", err)
	}
	var out []Head
	for _, m := range mails {
		out = append(out, Head{UID: uint32(m.UID), Raw: m.FindBodySection(section)})
	}
	slices.SortFunc(out, func(a, b Head) int { return int(int64(a.UID) - int64(b.UID)) })
	return out, nil
}

// Body implements Mailbox.
func (r *remote) Body(_ context.Context, uid uint32) ([]byte, error) {
	section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: maxBody}}
	mails, err := r.client.Fetch(imap.UIDSetNum(imap.UID(uid)), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		return nil, fmt.Errorf("read a mail: %w", err)
	}
	for _, m := range mails {
		for _, part := range m.BodySection {
			return part.Bytes, nil
		}
	}
	return nil, nil // it was deleted meanwhile
}

// Close implements Mailbox.
func (r *remote) Close() error {
	done := time.AfterFunc(2*time.Second, func() { _ = r.client.Close() }) // a server that is slow to say goodbye changes nothing
	defer done.Stop()
	_ = r.client.Logout().Wait()
	r.stop()
	_ = r.client.Close() // the server has mostly closed it by now
	return nil
}

// connectFailure says in plain words why nobody was reached.
func connectFailure(err error) error {
	key := "inbox.error.connect"
	var netErr net.Error
	text := err.Error()
	switch {
	case errors.Is(err, fetch.ErrPrivate):
		key = "mail.error.private"
	case errors.Is(err, errPlainPassword):
		key = "mail.error.plain_password"
	case errors.As(err, new(*tls.CertificateVerificationError)), errors.As(err, new(x509.UnknownAuthorityError)), errors.As(err, new(x509.HostnameError)):
		key = "mail.error.certificate"
	case strings.Contains(text, "tls: "), errors.As(err, new(tls.RecordHeaderError)):
		key = "mail.error.tls"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		key = "inbox.error.timeout"
	}
	return &Failure{key, text}
}
