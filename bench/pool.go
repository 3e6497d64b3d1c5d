package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// pools measures the public pool over everybody: trying rules, saving them and
// what is counted after that, and claiming one customer. At the end the pool is
// off again, so that what comes later is measured without it.
func pools(s *server, _ *raws, t *table) error {
	if _, err := s.api(http.MethodPatch, "/settings/teamwork", `{"pools":true}`); err != nil {
		return err
	}
	const rules = `"name":"Bench pool","rules":[{"kind":"contact","days":30,"buyers":true},{"kind":"purchase","days":90,"buyers":true}]`
	var tried timing
	for range 5 {
		begin := time.Now()
		if _, err := s.api(http.MethodPost, "/pools/1/simulation", "{"+rules+"}"); err != nil {
			return err
		}
		tried.add(time.Since(begin))
	}
	t.note("pool, rules tried over everybody", "%s ms (median of 5), writes nothing", ms(tried.at(.5)))
	begin := time.Now()
	if err := savePool(s, rules); err != nil {
		return err
	}
	saved := time.Since(begin)
	for {
		n, _, err := poolNow(s)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		if time.Since(begin) > 10*time.Minute {
			return fmt.Errorf("%d customers are still not counted after ten minutes", n)
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.note("pool, rules saved", "%s ms, everybody counted beside the work in %.1f s", ms(saved), time.Since(begin).Seconds())
	for i := range t.rounds + 5 {
		if _, err := s.api(http.MethodPost, "/customers/"+strconv.Itoa(i+1)+"/release", "{}"); err != nil {
			return err
		}
	}
	if err := t.compare("claim a customer from the pool", func(i int) error {
		_, err := s.api(http.MethodPost, "/customers/"+strconv.Itoa(i+1)+"/claim", "")
		return err
	}, nil); err != nil {
		return err
	}
	if err := savePool(s, `"name":"Bench pool"`); err != nil {
		return err
	}
	_, err := s.api(http.MethodPatch, "/settings/teamwork", `{"pools":false}`)
	return err
}

// poolNow is how many are still being counted, and the first pool's version.
func poolNow(s *server) (counting, version int, err error) {
	answer, err := s.api(http.MethodGet, "/pools/1", "")
	if err != nil {
		return 0, 0, err
	}
	var p struct{ Counting, Version int }
	if err := json.Unmarshal([]byte(answer), &p); err != nil {
		return 0, 0, fmt.Errorf("read the pool: %w", err)
	}
	return p.Counting, p.Version, nil
}

func savePool(s *server, body string) error {
	_, version, err := poolNow(s)
	if err != nil {
		return err
	}
	_, err = s.api(http.MethodPut, "/pools/1", fmt.Sprintf(`{"version":%d,%s}`, version, body))
	return err
}
