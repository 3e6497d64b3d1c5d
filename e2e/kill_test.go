//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/mail/mailtest"
)

// shell runs a verb of the program beside or without a running one.
func shell(t testing.TB, data, stdin string, args ...string) string {
	t.Helper()
	return say(t, exec.Command(binary, append(args, "--data", data)...), stdin)
}

func say(t testing.TB, cmd *exec.Cmd, stdin string) string {
	t.Helper()
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, out.String(), errs.String())
	}
	return out.String()
}

// shop sets a shop up from the shell and returns a token that may write.
func shop(t testing.TB, data string) string {
	t.Helper()
	shell(t, data, apptest.Password+"\n", "setup", "--business", "Kettle & Crane", "--owner-name", "Mei Lin", "--owner-email", apptest.OwnerEmail, "--password-stdin", "--currency", "USD", "--timezone", "UTC")
	out := shell(t, data, "", "token", "create", "--user", apptest.OwnerEmail, "--name", "e2e", "--scope", "write")
	for _, word := range strings.Fields(out) {
		if strings.HasPrefix(word, "rg_") {
			return word
		}
	}
	t.Fatalf("no token in %q", out)
	return ""
}

// call sends a request to the JSON API; status 0 means that no answer came.
func call(p *Program, token, method, path, body string) (status int, answer []byte) {
	req, err := http.NewRequest(method, p.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return 0, nil
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 20 * time.Second}
	r, err := client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer r.Body.Close()
	answer, err = io.ReadAll(r.Body)
	if err != nil {
		return 0, nil
	}
	return r.StatusCode, answer
}

// TestNoAcknowledgedWriteIsLostToAKill: 24 times the process dies at a random
// moment while two clients write; whatever was answered with 201 is there.
func TestNoAcknowledgedWriteIsLostToAKill(t *testing.T) {
	data := t.TempDir()
	token := shop(t, data)
	r := rand.New(rand.NewPCG(7, 24))
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	for round := range 24 {
		p := start(t, data, "limits:\n  api_per_minute: 0\n")
		stop := make(chan struct{})
		written := make(chan struct{}, 1000)
		var writers sync.WaitGroup
		for w := range 2 {
			writers.Add(1)
			go func() {
				defer writers.Done()
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
					}
					name := fmt.Sprintf("Customer %d-%d-%d", round, w, i)
					if status, _ := call(p, token, "POST", "/customers", `{"name":"`+name+`","emails":["`+fmt.Sprintf("c%d-%d-%d", round, w, i)+`@example.com"]}`); status == 201 {
						mu.Lock()
						acknowledged[name] = true
						mu.Unlock()
						select {
						case written <- struct{}{}:
						default:
						}
					}
				}
			}()
		}
		for range 10 + r.IntN(80) { // the kill falls into whatever the other writer is doing
			select {
			case <-written:
			case <-time.After(waitLong):
				t.Fatal("no write is acknowledged")
			}
		}
		p.Kill()
		close(stop)
		writers.Wait()
	}
	if len(acknowledged) < 100 {
		t.Fatalf("only %d writes were acknowledged", len(acknowledged))
	}
	p := start(t, data, "")
	there := names(t, p, token)
	for name := range acknowledged {
		if there[name] != 1 {
			t.Errorf("%s was acknowledged and is there %d times", name, there[name])
		}
	}
	t.Logf("%d acknowledged writes survived 24 kills", len(acknowledged))
	shell(t, data, "", "doctor")
}

// names counts the customers by name.
func names(t *testing.T, p *Program, token string) map[string]int {
	t.Helper()
	out := map[string]int{}
	cursor := ""
	for {
		status, body := call(p, token, "GET", "/customers?limit=500&sort=id"+cursor, "")
		var page struct {
			Items []struct{ Name string }
			Next  string `json:"next_cursor"`
		}
		if err := json.Unmarshal(body, &page); err != nil || status != 200 {
			t.Fatalf("list customers: %d %v %.300s", status, err, body)
		}
		for _, c := range page.Items {
			out[c.Name]++
		}
		if page.Next == "" {
			return out
		}
		cursor = "&cursor=" + page.Next
	}
}

// TestAnImportSurvivesAKill: it goes on after the next start, and every row is
// there once.
func TestAnImportSurvivesAKill(t *testing.T) {
	const rows = 12000
	data := t.TempDir()
	token := shop(t, data)
	var file bytes.Buffer
	file.WriteString("name,email,external_id\n")
	for i := range rows {
		fmt.Fprintf(&file, "Customer %d,c%d@example.com,x%d\n", i, i, i)
	}
	path := filepath.Join(t.TempDir(), "customers.csv")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, data, "limits:\n  api_per_minute: 0\n")
	tab := signIn(t, p.URL, Desk)
	upload(tab, "customers", path)
	tab.Submit(`button[name="do"][value="run"]`)
	r := rand.New(rand.NewPCG(3, 1))
	total := func() (n int) {
		var page struct{ Total int }
		_, body := call(p, token, "GET", "/customers?limit=1&count=true", "")
		_ = json.Unmarshal(body, &page)
		return page.Total
	}
	midway := 0
	for last := 0; last < rows && midway < 3; last = total() {
		goal := min(last+r.IntN(150), rows-1)
		eventually(t, "the import goes on", waitLong, func() bool { return total() > goal })
		if n := total(); n < rows {
			midway++
			t.Logf("killed with %d of %d rows there", n, rows)
		}
		p.Kill()
		p = start(t, data, "")
	}
	if midway == 0 {
		t.Error("the import was too quick to be killed midway")
	}
	eventually(t, "all rows", time.Minute, func() bool { return total() == rows })
	for name, n := range names(t, p, token) {
		if n != 1 {
			t.Errorf("%s is there %d times", name, n)
		}
	}
}

// TestAWaveSurvivesAKillAndAsksNobodyTwice: the program dies again and again
// while invitations leave; no mailbox gets two.
func TestAWaveSurvivesAKillAndAsksNobodyTwice(t *testing.T) {
	const people = 60
	data := t.TempDir()
	token := shop(t, data)
	post := mailtest.New(t)
	config := fmt.Sprintf("base_url: http://127.0.0.1:8080\nlimits:\n  api_per_minute: 0\nsmtp:\n  host: %s\n  port: %d\n  security: none\n  from: shop@example.com\noutbound:\n  allow_private: true\n", post.Host, post.Port)
	p := start(t, data, config)
	for i := range people {
		if status, body := call(p, token, "POST", "/customers", fmt.Sprintf(`{"name":"Customer %d","emails":["c%d@example.com"]}`, i, i)); status != 201 {
			t.Fatalf("%d %s", status, body)
		}
	}
	r := rand.New(rand.NewPCG(11, 5))
	for i := range people {
		body := fmt.Sprintf(`{"survey_id":1,"customer_id":%d,"channel":"email","override_quiet_hours":true}`, i+1)
		if status, answer := call(p, token, "POST", "/invitations", body); status != 201 {
			t.Fatalf("invite %d: %d %s", i+1, status, answer)
		}
		if i%8 == 7 {
			for range r.IntN(20) { // the kill falls into another step of the sending each time
				call(p, token, "GET", "/outbox?limit=1", "")
			}
			p.Kill()
			p = start(t, data, "")
		}
	}
	settled := func() (sent, unknown, waiting int) {
		_, body := call(p, token, "GET", "/outbox?limit=500", "")
		var page struct{ Items []struct{ State string } }
		_ = json.Unmarshal(body, &page)
		for _, m := range page.Items {
			switch m.State {
			case "sent":
				sent++
			case "unknown":
				unknown++
			default:
				waiting++
			}
		}
		return
	}
	eventually(t, "every message is settled", 90*time.Second, func() bool {
		sent, unknown, waiting := settled()
		return waiting == 0 && sent+unknown == people
	})
	sent, unknown, _ := settled()
	t.Logf("%d sent, %d unknown after the kills", sent, unknown)
	if unknown > people/8+1 {
		t.Errorf("%d unknown after %d kills, at most one a kill", unknown, people/8)
	}
	for i := range people {
		if n := post.Count(fmt.Sprintf("c%d@example.com", i)); n > 1 {
			t.Errorf("customer %d was written to %d times", i, n)
		}
	}
}
