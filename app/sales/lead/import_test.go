package lead_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sales/lead"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

const leadsElsewhere = `Lead ID,Full name,Company,Mobile,Email,Lead status,Lead source,Lead owner,Created time,Interested in,Description,Unqualified reason
L-1,Mira Castell,Castell Hotels,+44 117 496 0177,MIRA@example.com,Contacted,Fair,` + apptest.OwnerEmail + `,2026-01-05 09:30,Green tea,Tea for forty rooms,
L-2,Jonas Albrecht,,+44 117 496 0178,,Junk Lead,Web,,2026-01-06,,,No budget
L-3,Priya Raman,,,priya@example.com,Converted,Web,Somebody Else,2026-01-07,,,
L-4,Olu Adeyemi,,no number,,not a state,,,,,,
L-5,Hester Vaughan,,,hester@example.com,,,,31.2.2026,,,
`

func TestLeadsComeInByTheirColumns(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, 201, "POST", "/customers", `{"name":"Priya","emails":["priya@example.com"]}`)
	run, problems := a.Import("leads", leadsElsewhere, importer.Options{})
	if got := apptest.Tally(run); got != "3 0 0 2" {
		t.Fatalf("%s %q", got, problems)
	}
	for _, want := range []string{"A customer has this number or address already: priya@example.com", "Nobody of that name or address works here: Somebody Else", "No state of a lead: not a state", "not a date"} {
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, want) }) {
			t.Errorf("nobody says %q: %q", want, problems)
		}
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM lead WHERE external_id = 'L-1' AND state = 'working' AND owner_id = 1 AND interest = 'Green tea' AND emails = '["mira@example.com"]'`: 1,
		`SELECT count(*) FROM lead l JOIN lead_reason r ON r.id = l.reason_id WHERE l.state = 'disqualified' AND r.name = 'No budget' AND closed_at = received_at`:  1,
		`SELECT count(*) FROM lead WHERE state = 'converted' AND owner_id IS NULL`:                                                                                  1,
		`SELECT count(*) FROM lead_event WHERE kind = 'elsewhere' AND content = 'Somebody Else'`:                                                                    1,
		`SELECT count(*) FROM lead WHERE due_at IS NOT NULL`:                                                                                                        0,
		`SELECT count(*) FROM lead_reach`: 4,
	} {
		if got := a.Count(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	again, _ := a.Import("leads", leadsElsewhere, importer.Options{})
	if got := apptest.Tally(again); got != "0 0 3 2" {
		t.Errorf("the same file again: %s", got)
	}
	for _, id := range []string{"1", "2", "3"} {
		if page := a.Owner().Get("/leads/" + id); page.Status != 200 {
			t.Errorf("lead %s: %d", id, page.Status)
		}
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT count(*) FROM lead`) + a.Count(`SELECT count(*) FROM lead_event`) + a.Count(`SELECT count(*) FROM lead_reach`); n != 0 {
		t.Errorf("%d rows stay after undo", n)
	}
}

func TestLeadsAreKnownByNumberAndAddress(t *testing.T) {
	a := apptest.NewIn(t, "zh-CN")
	file := "线索名称,手机号,邮箱,线索状态,需求,线索来源\n沈若溪,138 0013 8000,,新建,客房用茶,展会\n贺知远,,HE@example.com,跟进中,,\n"
	if run, problems := a.Import("leads", file, importer.Options{}); apptest.Tally(run) != "2 0 0 0" {
		t.Fatalf("%s %q", apptest.Tally(run), problems)
	}
	other := "姓名,电话,电子邮箱,状态,描述\n若溪,138-0013-8000,,有意向,四十间客房\n贺先生,,he@example.com,无效,\n"
	if run, _ := a.Import("leads", other, importer.Options{}); apptest.Tally(run) != "0 0 2 0" {
		t.Errorf("%s", apptest.Tally(run))
	}
	run, problems := a.Import("leads", other, importer.Options{OnDuplicate: importer.Update, Prefer: map[string]string{"name": importer.WinsHere}})
	if apptest.Tally(run) != "0 2 0 0" {
		t.Fatalf("%s %q", apptest.Tally(run), problems)
	}
	if n := a.Count(`SELECT count(*) FROM lead WHERE name = '沈若溪' AND need = '四十间客房' AND state = 'qualified' OR name = '贺知远' AND state = 'disqualified' AND closed_at IS NOT NULL`); n != 2 {
		t.Errorf("%d are what the file says", n)
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT count(*) FROM lead WHERE need = '客房用茶' AND state = 'new' OR state = 'working' AND closed_at IS NULL`); n != 2 {
		t.Errorf("%d are as before", n)
	}
}

func TestLeadsGoOutAsTheyComeIn(t *testing.T) {
	a := apptest.New(t)
	api := a.API("", "write")
	api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"lead","key":"rooms","kind":"number","name_en":"Rooms","name_zh":"客房"}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Mira Castell","phones":["+44 117 496 0177"],"emails":["mira@example.com"],"wechat":"mira_c","need":"Tea, \"green\"\nfor forty rooms","amount":{"amount":"400.50","currency":"USD"},"region":"Bristol","fields":{"rooms":40}}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Jonas","company":"Lind","owner_id":0}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Olu","emails":["olu@example.com"]}`)
	api.Into(nil, 201, "POST", "/leads", `{"name":"Grace","phones":["+44 117 496 0179"]}`)
	api.Into(nil, 200, "POST", "/leads/3/disqualification", `{"reason_id":2}`)
	api.Into(nil, 200, "POST", "/leads/4/conversion", `{}`)
	out := a.Owner().Get("/exports/leads?format=csv&sort=name").Body
	same, problems := a.Import("leads", out, importer.Options{})
	if got := apptest.Tally(same); got != "0 0 4 0" {
		t.Errorf("its own file again: %s %q", got, problems)
	}
	over, problems := a.Import("leads", out, importer.Options{OnDuplicate: importer.Update})
	if got := apptest.Tally(over); got != "0 0 4 0" {
		t.Errorf("its own file over it: %s %q", got, problems)
	}
	b := apptest.New(t)
	b.API("", "write").Into(nil, 201, "POST", "/custom-fields", `{"subject":"lead","key":"rooms","kind":"number","name_en":"Rooms","name_zh":"客房"}`)
	run, problems := b.Import("leads", out, importer.Options{})
	if got := apptest.Tally(run); got != "4 0 0 0" {
		t.Fatalf("%s %q", got, problems)
	}
	if back := b.Owner().Get("/exports/leads?format=csv&sort=name").Body; back != strings.ReplaceAll(out, ":00,Grace,", ":00,,") {
		t.Errorf("what came back differs:\n%s\n%s", out, back)
	}
}

func TestWhoSeesAFewLeadsBringsInNoOthers(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, 201, "POST", "/leads", `{"name":"Mira","emails":["mira@example.com"]}`)
	rep := &auth.Actor{UserID: a.Colleague("rep@example.com", auth.Member).ID, Role: auth.Member, Reach: auth.Own, Zone: time.UTC}
	rep.Grant(map[string]bool{lead.Read: true, lead.Write: true, importer.Write: true})
	a.Imports.Users = sees{rep}
	file := "name,email,need\nMira,mira@example.com,Stolen\nNew,new@example.com,\n=cmd|' /C calc'!A0,,<script>\n"
	run, problems := a.ImportAs(a.As(rep), "leads", file, importer.Options{OnDuplicate: importer.Update})
	if got := apptest.Tally(run); got != "2 0 0 1" || !strings.Contains(problems[0], "This lead belongs to somebody else") {
		t.Errorf("%s %q", got, problems)
	}
	if n := a.Count(`SELECT count(*) FROM lead WHERE need = 'Stolen'`); n != 0 {
		t.Error("somebody else's lead was changed")
	}
	if n := a.Count(`SELECT count(*) FROM lead WHERE owner_id = ?`, rep.UserID); n != 2 {
		t.Errorf("%d are theirs", n)
	}
}

type sees struct{ actor *auth.Actor }

func (s sees) Actor(context.Context, int64) (*auth.Actor, int64, error) { return s.actor, 1, nil }
