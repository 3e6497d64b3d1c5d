package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// cares measures what keeps a shop's data right: a filter on a field that the
// shop added, conditions in groups, merging two customers and taking it back.
func cares(s *server, raw *raws, t *table) error {
	if err := ownField(s, raw, t); err != nil {
		return err
	}
	return merges(s, t)
}

// ownField adds a field, gives every customer a value as an import would, and
// filters on it as soon as its index is ready.
func ownField(s *server, raw *raws, t *table) error {
	answer, err := s.api(http.MethodPost, "/custom-fields", `{"subject":"customer","key":"bench_shelf","kind":"text","name_en":"Shelf","name_zh":"货架","filterable":true}`)
	if err != nil {
		return err
	}
	var made struct {
		ID int64 `json:"id"`
	}
	if err := json.Unmarshal([]byte(answer), &made); err != nil {
		return fmt.Errorf("read the new field: %w", err)
	}
	slot := fmt.Sprintf("f%d", made.ID)
	if _, err := raw.db.Exec(`UPDATE customer SET fields = json_object(?, 'shelf ' || (id % 1000))`, slot); err != nil {
		return fmt.Errorf("fill the new field: %w", err)
	}
	const indexed = `SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = ?`
	for begin := time.Now(); ; {
		var n int
		if err := raw.db.QueryRow(indexed, "custom_field_"+slot).Scan(&n); err != nil {
			return fmt.Errorf("look for the index: %w", err)
		}
		if n > 0 {
			break
		}
		if time.Since(begin) > time.Minute {
			return fmt.Errorf("the field's index was not made within a minute")
		}
		time.Sleep(100 * time.Millisecond)
	}
	shelf := func(i int) string {
		return "/customers?" + url.Values{"filter[fields.bench_shelf][eq]": {fmt.Sprintf("shelf %d", i%1000)}}.Encode()
	}
	return t.compare("customers, filtered by an own field", func(i int) error { _, err := s.get(shelf(i), gzip...); return err },
		func(i int) error {
			return raw.read(rawRow+` WHERE coalesce(json_extract(c.fields, '$.`+slot+`'), '') = ? ORDER BY c.created_at DESC, c.id DESC LIMIT 51`, fmt.Sprintf("shelf %d", i%1000))
		})
}

// merges makes one customer of two, and two of it again.
func merges(s *server, t *table) error {
	var pairs [][2]int64
	for i := range t.rounds + 5 {
		var pair [2]int64
		for k := range pair {
			answer, err := s.api(http.MethodPost, "/customers", fmt.Sprintf(`{"name":"Twin %d of %d","emails":["twin%d-%d@example.com"]}`, k, i, i, k))
			if err != nil {
				return err
			}
			m := number.FindStringSubmatch(answer)
			if m == nil {
				return fmt.Errorf("no id in %.100s", answer)
			}
			if pair[k], err = strconv.ParseInt(m[1], 10, 64); err != nil {
				return fmt.Errorf("read an id: %w", err)
			}
		}
		pairs = append(pairs, pair)
	}
	err := t.compare("merge two customers", func(i int) error {
		_, err := s.api(http.MethodPost, "/merges", fmt.Sprintf(`{"survivor_id":%d,"customer_ids":[%d]}`, pairs[i][0], pairs[i][1]))
		return err
	}, nil)
	if err != nil {
		return err
	}
	answer, err := s.api(http.MethodGet, "/history?limit=100&filter[op][eq]=customer.merge", "")
	if err != nil {
		return err
	}
	var sets struct {
		Items []struct {
			ID int64 `json:"id"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(answer), &sets); err != nil {
		return fmt.Errorf("read the history: %w", err)
	}
	var back timing
	for _, set := range sets.Items {
		begin := time.Now()
		if _, err := s.api(http.MethodPost, fmt.Sprintf("/history/%d/undo", set.ID), "{}"); err != nil {
			return err
		}
		back.add(time.Since(begin))
	}
	t.note("take a merge back", "p50 %s, p99 %s ms of %d", ms(back.at(.5)), ms(back.at(.99)), len(back.all))
	return nil
}

// leaves measures the ways out, by the shell with nothing beside it.
func leaves(o options, work string, raw *raws, t *table) error {
	var customers int
	if err := raw.db.QueryRow(`SELECT count(*) FROM customer`).Scan(&customers); err != nil {
		return fmt.Errorf("count the customers: %w", err)
	}
	for _, one := range []struct{ kind, file string }{{"customers", "out.csv"}, {"customers", "out.xlsx"}, {"all", "out.zip"}} {
		begin := time.Now()
		cmd := exec.Command(o.binary, "export", one.kind, "--data", work, "--out", work+"/"+one.file)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("export %s: %w: %.300s", one.kind, err, out)
		}
		took := time.Since(begin)
		t.note("export "+one.kind+" to "+one.file[4:], "%.1f s, %.0f customers/s, peak memory %d MB", took.Seconds(), float64(customers)/took.Seconds(), peak(cmd))
	}
	return nil
}

// peak is the most memory an ended program had, in MB.
func peak(cmd *exec.Cmd) int64 {
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss / 1024
}
