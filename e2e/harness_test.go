//go:build e2e

// Package e2e walks what people walk, in a real browser against the real
// program: on a desktop and on a phone, light and dark, in both languages.
// Every page that a journey visits is checked for accessibility, for its width
// and for complaints of the browser, and with -shots photographed into e2e/shots.
package e2e

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"regulars/app/apptest"
)

var (
	screenshots = flag.Bool("screenshots", false, "also take the pictures of the README")
	shots       = flag.Bool("shots", false, "photograph the pages into e2e/shots")
)

var (
	binary  string          // the program, built once
	browser context.Context // one Chromium for all journeys
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "regulars-e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "regulars")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, ".")
	build.Dir = apptest.Root()
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	if err := os.MkdirAll(filepath.Join(apptest.Root(), "e2e", "shots"), 0o755); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("lang", "en-US"),
		// A page that was left is not kept for the way back, and the next one takes its
		// place in the same frame: half the work of opening one.
		chromedp.Flag("disable-features", "Translate,BackForwardCache,RenderDocument,PaintHolding"),
		chromedp.UserDataDir(filepath.Join(dir, "profile")))
	if shell, err := exec.LookPath("chromium-headless-shell"); err == nil { // Chromium without the window around its pages
		options = append(options, chromedp.ExecPath(shell))
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	var cancel context.CancelFunc
	browser, cancel = chromedp.NewContext(alloc)
	defer cancel()
	if err := chromedp.Do(browser); err != nil {
		fmt.Fprintf(os.Stderr, "start Chromium: %v\n", err)
		return 1
	}
	return m.Run()
}

// Program is a running binary over a data folder.
type Program struct {
	t     testing.TB
	Data  string
	URL   string // http://127.0.0.1:port
	Setup string // the setup link of a first start
	cmd   *exec.Cmd
	log   *output
	done  chan struct{}
}

// output keeps what the program says.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

var ready = regexp.MustCompile(`ready at (http://\S+)(?: - set it up once with (\S+))?`)

// start runs the program over data, with config as its config.yaml, and waits
// until it serves.
func start(t testing.TB, data, config string) *Program {
	t.Helper()
	return startThe(t, binary, data, config)
}

// startThe is start for another build of the program.
func startThe(t testing.TB, program, data, config string) *Program {
	t.Helper()
	if config != "" {
		if err := os.WriteFile(filepath.Join(data, "config.yaml"), []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := &Program{t: t, Data: data, log: &output{}, done: make(chan struct{})}
	p.cmd = exec.Command(program, "serve", "--data", data, "--listen", "127.0.0.1:0", "--no-browser")
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Kill() })
	line := make(chan string, 1)
	go p.read(out, line)
	select {
	case l := <-line:
		m := ready.FindStringSubmatch(l)
		if m == nil {
			t.Fatalf("the program said %q\n%s", l, p.log)
		}
		p.URL, p.Setup = m[1], m[2]
	case <-time.After(30 * time.Second):
		t.Fatalf("the program does not serve\n%s", p.log)
	}
	return p
}

func (p *Program) read(out io.Reader, line chan<- string) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "ready at") {
			line <- lines.Text()
		}
		fmt.Fprintln(p.log, lines.Text())
	}
	_ = p.cmd.Wait()
	close(p.done)
	select {
	case line <- "it ended: " + p.log.String():
	default:
	}
}

// Kill ends the program as a power cut would, and waits until it is gone.
func (p *Program) Kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	<-p.done
}

// Stop asks the program to end and tells its exit status.
func (p *Program) Stop() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(15 * time.Second):
		_ = p.cmd.Process.Signal(syscall.SIGQUIT) // it says where it hangs
		<-p.done
		p.t.Fatalf("the program does not stop\n%s", p.log)
	}
	return p.cmd.ProcessState.ExitCode()
}

// eventually waits for something that happens in the background.
func eventually(t testing.TB, what string, within time.Duration, ok func() bool) {
	t.Helper()
	end := time.After(within)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !ok() {
		select {
		case <-end:
			t.Fatalf("waited %s in vain: %s", within, what)
		case <-again.C:
		}
	}
}
