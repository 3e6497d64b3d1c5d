package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The owner whom a made-up shop has.
const (
	email    = "owner@example.com"
	password = "kettle and crane demo"
)

// server is a running program.
type server struct {
	cmd   *exec.Cmd
	base  string
	token string
	http  *http.Client
}

var ready = regexp.MustCompile(`ready at (http://\S+)`)

// start runs the program over the folder until it says that it is ready and
// its first page has come; it tells how long that took.
func start(binary, data string) (*server, time.Duration, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, 0, err
	}
	s := &server{http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 8}}}
	s.cmd = exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0", "--no-browser")
	s.cmd.Env = append(os.Environ(), "REGULARS_LIMITS_API_PER_MINUTE=0", "REGULARS_JOBS_ENABLED=false")
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, 0, err
	}
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, 0, err
	}
	lines := bufio.NewScanner(out)
	for s.base == "" && lines.Scan() {
		if m := ready.FindStringSubmatch(lines.Text()); m != nil {
			s.base = m[1]
		}
	}
	if s.base == "" {
		return nil, 0, fmt.Errorf("the program ended: %w", s.cmd.Wait())
	}
	if _, err := s.get("/login"); err != nil {
		return nil, 0, err
	}
	return s, time.Since(begin), nil
}

func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

var csrf = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

// login signs the owner in.
func (s *server) login() error {
	body, err := s.get("/login")
	if err != nil {
		return err
	}
	m := csrf.FindStringSubmatch(body)
	if m == nil {
		return fmt.Errorf("the login page has no token")
	}
	res, err := s.http.PostForm(s.base+"/login", url.Values{"_csrf": {m[1]}, "email": {email}, "password": {password}})
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("login: status %d", res.StatusCode)
	}
	return nil
}

// get asks for a page as a browser does; headers are pairs.
func (s *server) get(path string, headers ...string) (string, error) {
	return s.do(http.MethodGet, path, "", headers...)
}

// api calls the JSON API.
func (s *server) api(method, path, body string) (string, error) {
	return s.do(method, "/api/v1"+path, body, "Authorization", "Bearer "+s.token, "Content-Type", "application/json")
}

func (s *server) do(method, path, body string, headers ...string) (string, error) {
	req, err := http.NewRequest(method, s.base+path, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := s.http.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode >= 300 {
		return "", fmt.Errorf("%s %s: status %d: %.300s", method, path, res.StatusCode, text)
	}
	return string(text), nil
}

// memory is a line of what the system tells of the process, in MB.
func (s *server) memory(line string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	m := regexp.MustCompile(line + `:\s+(\d+)`).FindSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("the system does not tell the memory of a process")
	}
	kb, err := strconv.Atoi(string(m[1]))
	return float64(kb) / 1024, err
}

// tell notes the process's memory: all of it, and without the program's own
// file, which the system can drop at any time.
func (s *server) tell(t *table, what string) {
	all, err := s.memory("VmRSS")
	own, err2 := s.memory("RssAnon")
	if err == nil && err2 == nil {
		t.note(what, "%.0f MB, %.0f without the program's file", all, own)
	}
}
