package health

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/filter"
	"regulars/app/kit/page"
	"regulars/app/sys/db"
	"regulars/app/sys/job"
)

// The jobs are a handful that the program itself knows, so their list is
// searched, filtered and ordered here, by the same words as every other list.

// jobOrders compare two jobs by a field; equal ones follow their names.
var jobOrders = map[string]func(a, b job.Status) int{
	"name":        func(job.Status, job.Status) int { return 0 },
	"last_run_at": func(a, b job.Status) int { return moments(a.LastRunAt, b.LastRunAt) },
	"next_run_at": func(a, b job.Status) int { return moments(a.NextRunAt, b.NextRunAt) },
}

func moments(a, b db.Time) int { return a.Compare(b.Time) }

func jobPage(all []job.Status, req page.Request, conds []filter.Cond) (page.Page[job.Status], error) {
	var out page.Page[job.Status]
	c := &errs.Check{}
	if req.Sort == "" {
		req.Sort = "name"
	}
	name, desc := strings.CutPrefix(req.Sort, "-")
	order, ok := jobOrders[name]
	c.That(ok, "sort", "error.sort", "field", name)
	kept := slices.Clone(all)
	for _, cond := range conds {
		kept = slices.DeleteFunc(kept, func(j job.Status) bool { return !jobMeets(c, j, cond) })
	}
	for _, cond := range conds { // also when there was no job left to try it on
		jobMeets(c, job.Status{}, cond)
	}
	if err := c.Err(); err != nil {
		return out, err
	}
	kept = slices.DeleteFunc(kept, func(j job.Status) bool { return !strings.Contains(j.Name, strings.ToLower(strings.TrimSpace(req.Q))) })
	slices.SortFunc(kept, func(a, b job.Status) int {
		n := cmp.Or(order(a, b), strings.Compare(a.Name, b.Name))
		if desc {
			return -n
		}
		return n
	})
	if req.Count {
		n := len(kept)
		out.Total = &n
	}
	if req.Cursor != "" {
		at, err := page.Decode(req.Cursor, req.Sort)
		if err != nil {
			return out, err
		}
		kept = kept[slices.IndexFunc(kept, func(j job.Status) bool { return j.Name == at.Value })+1:]
	}
	if out.Items = kept; len(kept) > req.Limit {
		out.Items = kept[:req.Limit]
		out.Next = page.Cursor{Sort: req.Sort, Value: kept[req.Limit-1].Name}.Encode()
	}
	return out, nil
}

// jobMeets tests one condition; what cannot be asked goes into the check.
func jobMeets(c *errs.Check, j job.Status, cond filter.Cond) bool {
	flag := map[string]bool{"late": j.Late, "running": j.Running}
	switch is, known := flag[cond.Field]; {
	case known:
		want, err := strconv.ParseBool(cond.Value)
		c.That(err == nil, cond.Key(), "error.choice")
		c.That(cond.Op == "eq" || cond.Op == "ne", cond.Key(), "error.filter.op", "op", cond.Op)
		return (is == want) == (cond.Op == "eq")
	case cond.Field != "name":
		c.Add(cond.Key(), "error.filter.field", "field", cond.Field)
		return false
	}
	switch cond.Op {
	case "eq":
		return j.Name == cond.Value
	case "ne":
		return j.Name != cond.Value
	case "in":
		return slices.Contains(strings.Split(cond.Value, ","), j.Name)
	case "contains":
		return strings.Contains(j.Name, cond.Value)
	case "starts":
		return strings.HasPrefix(j.Name, cond.Value)
	}
	c.Add(cond.Key(), "error.filter.op", "op", cond.Op)
	return false
}
