package lead

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/phone"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

var (
	sqlKnownIDs = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE l.external_src = '' AND l.external_id IN (SELECT value FROM json_each(?)) AND l.external_id IS NOT NULL`)
	sqlKnownReach = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE l.id IN (SELECT r.lead_id FROM lead_reach r WHERE r.value IN (SELECT value FROM json_each(?)))
		ORDER BY l.state IN ('converted', 'disqualified') DESC, l.id`)
	sqlKnownNames = db.SQL(`
		SELECT ` + columns + ` FROM ` + from + ` WHERE l.name COLLATE NOCASE IN (SELECT value FROM json_each(?))`)
)

var punctuation = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "")

// tail is under what a number is kept in lead_reach; the trigger cuts it so.
func tail(number string) string {
	r := []rune(punctuation.Replace(number))
	return string(r[max(0, len(r)-7):])
}

// The ways in which a row can mean a lead, as the columns of the file are called.
func idKey(id string) string     { return "external_id\x00" + id }
func mailKey(mail string) string { return "email\x00" + strings.ToLower(mail) }

func phoneKey(number, region string) string {
	if e := phone.Parse(number, region).E164; e != "" {
		return "phone\x00" + e
	}
	return "phone\x00" + punctuation.Replace(number)
}

// nameKey is that of who asked on a day.
func nameKey(name, company string, on cal.Date) string {
	return "name\x00" + strings.ToLower(name) + "\x00" + strings.ToLower(company) + "\x00" + string(on)
}

// keysOf is by what a lead is known, the surest first and its name last.
func keysOf(l Lead, b setting.Business) (keys []string) {
	if l.ExternalID != "" && l.ExternalSource == "" {
		keys = append(keys, idKey(string(l.ExternalID)))
	}
	for _, p := range l.Phones {
		keys = append(keys, phoneKey(p, b.Region))
	}
	for _, e := range l.Emails {
		keys = append(keys, mailKey(e))
	}
	return append(keys, nameKey(l.Name, l.Company, cal.DateOf(l.ReceivedAt.Time, b.Zone())))
}

// alreadyHere finds the leads that the rows of a file may mean, by what they are known
// by; of several with one number, the one that somebody still works on.
func alreadyHere(ctx context.Context, q db.Q, b setting.Business, rows []Input) (map[string]Lead, error) {
	var ids, reach, names []string
	for _, in := range rows {
		ids, names = append(ids, in.ExternalID), append(names, in.Name)
		for _, p := range in.Phones {
			reach = append(reach, tail(p))
		}
		for _, e := range in.Emails {
			reach = append(reach, strings.ToLower(e))
		}
	}
	out := map[string]Lead{}
	for _, look := range []struct {
		sql  string
		list []string
	}{{sqlKnownNames, names}, {sqlKnownReach, reach}, {sqlKnownIDs, ids}} {
		slices.Sort(look.list)
		raw, err := json.Marshal(slices.Compact(append([]string{}, look.list...)))
		if err != nil {
			return nil, fmt.Errorf("look for leads: %w", err)
		}
		var found []Lead
		if err := q.Select(ctx, &found, look.sql, string(raw)); err != nil {
			return nil, fmt.Errorf("look for leads: %w", err)
		}
		for _, l := range found {
			for _, key := range keysOf(l, b) {
				out[key] = l
			}
		}
	}
	return out, nil
}
