package health

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"runtime"
	"strings"
	"time"

	"regulars/app/sys/auth"
	"regulars/app/sys/outbox"
	"regulars/app/sys/safego"
)

// ServeMetrics serves figures for Prometheus and profiles of the process on
// metrics.listen, a loopback address, until ctx ends. Without the key it does
// nothing. It answers with the address it listens on.
func (s *Service) ServeMetrics(ctx context.Context) (string, error) {
	if s.Config.Metrics.Listen == "" {
		return "", nil
	}
	listener, err := net.Listen("tcp", s.Config.Metrics.Listen)
	if err != nil {
		return "", fmt.Errorf("listen for metrics on %s: %w", s.Config.Metrics.Listen, err)
	}
	server := &http.Server{Handler: s.figures(), ReadHeaderTimeout: 5 * time.Second}
	safego.Go("metrics", func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("serve metrics", "error", err)
		}
	})
	safego.Go("metrics end", func() {
		<-ctx.Done()
		_ = server.Close()
	})
	return listener.Addr().String(), nil
}

func (s *Service) figures() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		if err := s.WriteMetrics(auth.With(r.Context(), auth.System("job")), w); err != nil {
			slog.Error("write metrics", "error", err)
		}
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return loopbackOnly(mux)
}

// loopbackOnly refuses requests that a web page of somebody else sent here
// under a name of its own (DNS rebinding).
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if host != "localhost" && (err != nil || !addr.IsLoopback()) {
			http.Error(w, "this address serves its own machine only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// WriteMetrics writes the figures in Prometheus' text format.
func (s *Service) WriteMetrics(ctx context.Context, w io.Writer) error {
	st, err := s.Read(ctx)
	if err != nil {
		return err
	}
	counts, err := s.Outbox.Counts(ctx)
	if err != nil {
		return err
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	p := printer{w: w}
	p.head("regulars_info", "gauge", "Version and schema of the program.")
	p.line("regulars_info", fmt.Sprintf("version=%q,schema=\"%d\"", s.Version, st.Schema), 1)
	p.one("regulars_writable", "Whether the database can be written.", truth(s.Writable(ctx) == nil))
	p.one("regulars_database_bytes", "Size of the database with its log.", float64(st.Database))
	p.one("regulars_disk_free_bytes", "Space left for the data folder, -1 when unknown.", float64(st.DiskFree))
	p.one("regulars_jobs_late", "Jobs that did not run when they should.", float64(len(st.Late)))
	p.head("regulars_job_last_run_timestamp_seconds", "gauge", "When each job last started.")
	for _, j := range st.Jobs {
		if !j.LastRunAt.IsZero() {
			p.line("regulars_job_last_run_timestamp_seconds", fmt.Sprintf("job=%q", j.Name), float64(j.LastRunAt.Unix()))
		}
	}
	p.head("regulars_job_failed", "gauge", "Whether each job's latest run failed.")
	for _, j := range st.Jobs {
		p.line("regulars_job_failed", fmt.Sprintf("job=%q", j.Name), truth(j.LastError != ""))
	}
	p.head("regulars_outbox_messages", "gauge", "Messages by state.")
	for _, state := range []outbox.State{outbox.Queued, outbox.Deferred, outbox.Sending, outbox.Sent, outbox.Failed, outbox.Unknown, outbox.Held, outbox.Cancelled} {
		p.line("regulars_outbox_messages", fmt.Sprintf("state=%q", state), float64(counts[state]))
	}
	p.one("regulars_events_stuck", "Events that could not be delivered.", float64(st.Stuck))
	p.one("regulars_backup_last_good_timestamp_seconds", "When the last good backup was made, 0 for never.", float64(st.Backup.GoodAt/1000))
	p.one("go_goroutines", "Goroutines of the process.", float64(runtime.NumGoroutine()))
	p.one("go_memstats_heap_inuse_bytes", "Heap in use.", float64(mem.HeapInuse))
	p.one("go_memstats_sys_bytes", "Memory taken from the system.", float64(mem.Sys))
	return p.err
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// printer keeps the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) head(name, kind, help string) {
	p.printf("# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func (p *printer) line(name, labels string, v float64) { p.printf("%s{%s} %g\n", name, labels, v) }

func (p *printer) one(name, help string, v float64) {
	p.head(name, "gauge", help)
	p.printf("%s %g\n", name, v)
}
