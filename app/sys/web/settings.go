package web

import (
	"sort"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/view"
)

// SettingsEntry is a line of the list beside every settings page, shown to
// those who have Permission (Self: everyone).
type SettingsEntry struct {
	Group      string // i18n key of the heading above it
	Order      int    // entries sort by it within the whole list
	Key        string // i18n key; with ".about" behind it the sentence on the overview
	Icon       string
	Href       string
	Permission string
}

// SettingsNav is the list beside the page for this reader. A settings page
// puts it into its Body and shows it with partials/settings.
func SettingsNav(c *fiber.Ctx) []view.NavGroup {
	a := Actor(c)
	var all []SettingsEntry
	for _, m := range From(c).Modules {
		for _, e := range m.Settings {
			if e.Permission == Self || a.Can(e.Permission) {
				all = append(all, e)
			}
		}
	}
	sort.SliceStable(all, func(i, k int) bool { return all[i].Order < all[k].Order })
	here := "" // the deepest entry that holds this page: /profile also begins /profile/calendar
	for _, e := range all {
		if current(c.Path(), e.Href) && len(e.Href) > len(here) {
			here = e.Href
		}
	}
	var groups []view.NavGroup
	for _, e := range all {
		if len(groups) == 0 || groups[len(groups)-1].Title != e.Group {
			groups = append(groups, view.NavGroup{Title: e.Group})
		}
		g := &groups[len(groups)-1]
		g.Items = append(g.Items, view.NavItem{Key: e.Key, Icon: e.Icon, Href: e.Href, Current: e.Href == here})
	}
	return groups
}

// ProveFirst sends a person whose password was typed too long ago to the page
// that asks for it again; page is where they come back to. It tells whether
// the request was answered that way.
func ProveFirst(c *fiber.Ctx, page string) (bool, error) {
	if Proved(c) {
		return false, nil
	}
	return true, Redirect(c, "/prove?next="+queryEscape(page))
}
