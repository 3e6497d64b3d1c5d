package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"

	"regulars/app/kit/page"
	"regulars/app/kit/text"
)

// gzip is what every browser accepts.
var gzip = []string{"Accept-Encoding", "gzip"}

const (
	rawRow    = `SELECT c.id, c.kind, c.name, c.level, c.region, c.source, c.created_at, u.name, s.orders, s.revenue, s.last_order_on, s.score, s.grade FROM customer c JOIN customer_stat s ON s.customer_id = c.id LEFT JOIN user u ON u.id = c.owner_id`
	rawFirst  = rawRow + ` ORDER BY c.created_at DESC, c.id DESC LIMIT 51`
	rawDeep   = rawRow + ` WHERE (c.created_at, c.id) < (?, ?) ORDER BY c.created_at DESC, c.id DESC LIMIT 51`
	rawSorted = rawRow + ` WHERE c.region = 'Bristol' ORDER BY s.revenue DESC, s.customer_id DESC LIMIT 51`
	rawRecord = rawRow + ` WHERE c.id = ?`
	rawLine   = `SELECT t.id, t.at, t.kind, t.words, t.data, u.name FROM timeline_entry t LEFT JOIN user u ON u.id = t.user_id WHERE t.customer_id = ? ORDER BY t.at DESC, t.id DESC LIMIT 31`
	rawFind   = `SELECT d.subject_id, d.title, d.sub FROM search_index i JOIN search_doc d ON d.id = i.rowid WHERE i.search_index MATCH ? ORDER BY i.rowid DESC LIMIT 12`
	rawTasks  = `SELECT t.id, t.title, t.due_at, c.name FROM task t LEFT JOIN customer c ON c.id = t.customer_id WHERE t.owner_id = 1 AND t.done_at IS NULL ORDER BY t.due_at, t.id LIMIT 100`
	rawMonth  = `SELECT sum(total) FROM order_head WHERE ordered_on >= ? AND status IN ('confirmed', 'completed')`
)

// searches are the ways in which people look for somebody.
var searches = []struct{ name, q string }{
	{"1 Han", "王"}, {"2 Han", "晓明"}, {"3 Han", "王晓明"}, {"pinyin, full", "wangxiaoming"}, {"pinyin, initials", "wxm"}, {"Latin prefix", "ada"},
	{"phone, last 4", "1234"}, {"phone, first 7", "1380000"}, {"e-mail", "customer4711@"},
}

// measureServer asks the running program.
func measureServer(ctx context.Context, o options, work string, raw *raws, t *table) error {
	if err := facts(o, work, t); err != nil {
		return err
	}
	token, err := exec.Command(o.binary, "token", "create", "--data", work, "--user", email, "--name", "bench", "--scope", "write").Output()
	if err != nil {
		return fmt.Errorf("make a token: %w", err)
	}
	s, _, err := start(o.binary, work)
	if err != nil {
		return err
	}
	s.token = strings.TrimSpace(string(token))
	if err := s.login(); err != nil {
		return err
	}
	for _, part := range []func(*server, *raws, *table) error{lists, sales, moneys, records, finds, mornings, calls, cares, pools, judged, figures} {
		if err := part(s, raw, t); err != nil {
			return err
		}
	}
	s.tell(t, "memory after all that")
	if err := s.stop(); err != nil {
		return err
	}
	return leaves(o, work, raw, t)
}

// facts starts the program a few times.
func facts(o options, work string, t *table) error {
	info, err := os.Stat(o.binary)
	if err != nil {
		return err
	}
	t.note("binary", "%.1f MB", float64(info.Size())/(1<<20))
	var took timing
	for range 5 {
		s, d, err := start(o.binary, work)
		if err != nil {
			return err
		}
		took.add(d)
		if len(took.all) == 5 {
			time.Sleep(3 * time.Second)
			s.tell(t, "idle memory")
		}
		if err := s.stop(); err != nil {
			return err
		}
	}
	t.note("start to login page", "%s ms (median of 5)", ms(took.at(.5)))
	return nil
}

func lists(s *server, raw *raws, t *table) error {
	asks := func(path string) func(int) error {
		return func(int) error { _, err := s.get(path, gzip...); return err }
	}
	if err := t.compare("customers, first page", asks("/customers"), func(int) error { return raw.read(rawFirst) }); err != nil {
		return err
	}
	var at, id int64
	if err := raw.db.QueryRow(`SELECT created_at, id FROM customer ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET 60000`).Scan(&at, &id); err != nil {
		return err
	}
	cursor := page.Cursor{Sort: "-created_at", Value: at, ID: id}.Encode()
	if err := t.compare("customers, 60,000 further", asks("/customers?cursor="+url.QueryEscape(cursor)), func(int) error { return raw.read(rawDeep, at, id) }); err != nil {
		return err
	}
	q := url.Values{"filter[region][eq]": {"Bristol"}, "sort": {"-revenue"}}
	if err := t.compare("customers, filtered and sorted", asks("/customers?"+q.Encode()), func(int) error { return raw.read(rawSorted) }); err != nil {
		return err
	}
	open := `SELECT stage_id, count(*), sum(amount) FROM deal WHERE pipeline_id = 1 AND result = 'open' GROUP BY stage_id`
	if err := t.compare("pipeline board, up to 5,000 open deals", asks("/deals"), func(int) error { return raw.read(open) }); err != nil {
		return err
	}
	t.note("customers, first page, 8 at once", "%.0f requests/s", rate(8, 2*time.Second, func() error { _, err := s.get("/customers", gzip...); return err }))
	return nil
}

func records(s *server, raw *raws, t *table) error {
	for _, one := range []struct {
		name string
		id   func(i int) int
	}{{"record", func(i int) int { return 1000 + i*37 }}, {"record with 10,000 entries", func(int) int { return 77 }}} {
		err := t.compare(one.name, func(i int) error { _, err := s.get(fmt.Sprintf("/customers/%d", one.id(i)), gzip...); return err }, func(i int) error {
			if err := raw.read(rawRecord, one.id(i)); err != nil {
				return err
			}
			return raw.read(rawLine, one.id(i))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func finds(s *server, raw *raws, t *table) error {
	for _, f := range searches {
		path := "/search?q=" + url.QueryEscape(f.q)
		match := text.Expr(text.QueryTokens(f.q))
		if f.q[0] == '1' {
			match = `"ᴛ` + f.q + `"*`
		}
		if _, err := s.get(path); err != nil {
			return err
		}
		err := t.compare("search, "+f.name, func(int) error { _, err := s.get(path, "HX-Request", "true", "Accept-Encoding", "gzip"); return err },
			func(int) error { return raw.read(rawFind, match) })
		if err != nil {
			return err
		}
	}
	return nil
}

func mornings(s *server, raw *raws, t *table) error {
	month := time.Now().Format("2006-01") + "-01"
	return t.compare("today", func(int) error { _, err := s.get("/today", gzip...); return err }, func(int) error {
		if err := raw.read(rawTasks); err != nil {
			return err
		}
		return raw.read(rawMonth, month)
	})
}

var number = regexp.MustCompile(`"id":(\d+)`)

func calls(s *server, raw *raws, t *table) error {
	err := t.compare("API, list of 50", func(int) error { _, err := s.api(http.MethodGet, "/customers", ""); return err }, func(int) error { return raw.read(rawFirst) })
	if err != nil {
		return err
	}
	t.note("API, list of 50, 8 at once", "%.0f requests/s", rate(8, 2*time.Second, func() error { _, err := s.api(http.MethodGet, "/customers", ""); return err }))
	err = t.compare("API, one by id", func(i int) error {
		_, err := s.api(http.MethodGet, fmt.Sprintf("/customers/%d", 1000+i*37), "")
		return err
	}, func(i int) error { return raw.read(rawRecord, 1000+i*37) })
	if err != nil {
		return err
	}
	n := 0
	create := func(int) error {
		n++
		body := fmt.Sprintf(`{"name":"Bench Customer %d","phones":[{"raw":"07700 900%03d"}],"emails":["bench%d@example.com"],"region":"Bristol"}`, n, n%1000, n)
		answer, err := s.api(http.MethodPost, "/customers", body)
		if err == nil && !number.MatchString(answer) {
			return fmt.Errorf("no id in %.100s", answer)
		}
		return err
	}
	if err := t.compare("API, create", create, func(int) error { return raw.insert(context.Background(), 1) }); err != nil {
		return err
	}
	var mu sync.Mutex
	t.note("API, create, 8 at once", "%.0f/s", rate(8, 3*time.Second, func() error {
		mu.Lock()
		n++
		k := n
		mu.Unlock()
		_, err := s.api(http.MethodPost, "/customers", fmt.Sprintf(`{"name":"Bench Customer %d","emails":["bench%d@example.com"],"region":"Bristol"}`, k, k))
		return err
	}))
	return nil
}

// rate is how often several clients at once get an answer, a second; 0 when
// one of them fails.
func rate(clients int, length time.Duration, ask func() error) float64 {
	var wait sync.WaitGroup
	var mu sync.Mutex
	done, failed := 0, false
	begin := time.Now()
	for range clients {
		wait.Go(func() {
			for time.Since(begin) < length {
				err := ask()
				mu.Lock()
				done++
				failed = failed || err != nil
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if failed {
		return 0
	}
	return float64(done) / time.Since(begin).Seconds()
}
