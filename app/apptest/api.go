package apptest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"regulars/app/sys/auth"
)

// API calls the JSON API with a token.
type API struct {
	app    *App
	token  string
	Header http.Header
}

// API is a client with a write token of that person ("" for the owner).
func (a *App) API(email, scope string) *API {
	a.T.Helper()
	if email == "" {
		email = OwnerEmail
	}
	secret, err := a.MakeToken(a.As(auth.System("shell")), email, "test", scope)
	if err != nil {
		a.T.Fatalf("make a token for %s: %v", email, err)
	}
	return &API{app: a, token: secret, Header: http.Header{}}
}

// Anonymous is a client without a token.
func (a *App) Anonymous() *API { return &API{app: a, Header: http.Header{}} }

// Call sends a request below /api/v1; body is JSON text or "".
func (c *API) Call(method, path, body string) Answer {
	req := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	for name, values := range c.Header {
		req.Header[name] = values
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	return c.app.Send(req)
}

// Into decodes the answer; it fails the test when the status is another.
func (c *API) Into(out any, want int, method, path, body string) Answer {
	c.app.T.Helper()
	r := c.Call(method, path, body)
	if r.Status != want {
		c.app.T.Fatalf("%s %s: status %d, want %d\n%s", method, path, r.Status, want, r.Body)
	}
	if out != nil {
		if err := json.Unmarshal([]byte(r.Body), out); err != nil {
			c.app.T.Fatalf("%s %s: %v\n%s", method, path, err, r.Body)
		}
	}
	return r
}
