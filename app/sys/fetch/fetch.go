// Package fetch is the only way from Regulars to other people's web servers.
// Whoever can type a URL could otherwise make the server call its own network:
// so the address is checked after the name was resolved, at the moment of
// dialling, redirects are not followed, no proxy is taken from the environment,
// and a slow or endless answer is cut off.
package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

const (
	timeout   = 5 * time.Second
	bodyLimit = 64 << 10
)

// ErrURL says that an address is not one that can be called.
var ErrURL = errors.New("not a complete http or https address")

// Request is one call.
type Request struct {
	Method string // GET when empty
	URL    string
	Header map[string]string
	Body   []byte
}

// Response is the answer. A redirect is an answer like any other.
type Response struct {
	Status    int
	Header    http.Header
	Body      []byte // at most 64 KiB
	Truncated bool   // there was more
}

// Client calls web servers within the guard's bounds.
type Client struct{ http *http.Client }

// New makes the one client of the process.
func New(guard Guard) *Client {
	transport := &http.Transport{
		Proxy:                  nil,
		DialContext:            guard.Dial,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    timeout,
		ResponseHeaderTimeout:  timeout,
		MaxResponseHeaderBytes: bodyLimit,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        30 * time.Second,
		DisableCompression:     true,
	}
	return &Client{http: &http.Client{
		Transport:     transport,
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// CheckURL says whether an address can be called at all, for the form where it
// is typed: ErrURL, ErrHost, ErrPrivate for an address written as numbers, nil.
func (g Guard) CheckURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return ErrURL
	}
	if err := CheckHost(u.Hostname()); err != nil {
		return err
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil {
		return g.Check(u.Hostname(), addr)
	}
	return nil
}

// Do sends the request once and reads the answer.
func (c *Client) Do(ctx context.Context, r Request) (Response, error) {
	u, err := url.Parse(r.URL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return Response{}, ErrURL
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return Response{}, fmt.Errorf("call %s: %w", u.Hostname(), err)
	}
	req.Header.Set("User-Agent", "Regulars")
	for name, value := range r.Header {
		req.Header.Set(name, value)
	}
	answer, err := c.http.Do(req)
	if err != nil {
		var where *url.Error
		if errors.As(err, &where) {
			err = where.Err // the whole URL may hold a token
		}
		return Response{}, fmt.Errorf("call %s: %w", u.Hostname(), err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, bodyLimit+1))
	if err != nil {
		return Response{}, fmt.Errorf("read the answer of %s: %w", u.Hostname(), err)
	}
	response := Response{Status: answer.StatusCode, Header: answer.Header, Body: body}
	if len(body) > bodyLimit {
		response.Body, response.Truncated = body[:bodyLimit], true
	}
	return response, nil
}

// Dial connects like net.Dialer, but only where the guard lets it; every
// address that a name leads to is checked right before it is dialled.
func (g Guard) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	if err := CheckHost(host); err != nil {
		return nil, err
	}
	dialer := net.Dialer{Timeout: timeout, Control: func(network, real string, _ syscall.RawConn) error {
		if network != "tcp4" && network != "tcp6" {
			return fmt.Errorf("%w: network %s", ErrPrivate, network)
		}
		end, err := netip.ParseAddrPort(real)
		if err != nil {
			return fmt.Errorf("%w: %s", ErrPrivate, real)
		}
		return g.Check(host, end.Addr())
	}}
	return dialer.DialContext(ctx, network, address)
}
