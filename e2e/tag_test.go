//go:build e2e

package e2e

import "testing"

// TestTagsAreKeptInOrder walks from the list of tags over a new colour and a
// new name to a merge, and takes it back.
func TestTagsAreKeptInOrder(t *testing.T) {
	for _, screen := range []Look{Desk, Phone} {
		t.Run(screen.Name, func(t *testing.T) { tagsInOrder(t, screen) })
	}
}

func tagsInOrder(t *testing.T, screen Look) {
	h := build(t, "en")
	api := h.API("", "write")
	for _, body := range []string{`{"name":"Ada","tags":["VIP"]}`, `{"name":"Bo","tags":["VIP","Key account"]}`, `{"name":"Cy","tags":["Key account"]}`} {
		api.Into(nil, 201, "POST", "/customers", body)
	}
	tab := signIn(t, h.URL, screen)
	tab.Go("/settings/tags")
	tab.Sees("Key account", "VIP", "2 customers")
	tab.Check()
	tab.Go("/settings/tags/1")
	tab.Fill("name", "Very important")
	tab.eval(`document.querySelector('input[name="colour"][value="6"]').click()`, nil)
	tab.Submit(`form[action="/settings/tags/1"] .btn.primary`)
	tab.Comes("saved")
	tab.Sees("Very important")
	tab.Go("/customers/1")
	tab.Sees("Very important")
	tab.Check()
	tab.Go("/settings/tags/1?into=2")
	tab.Comes("1 customer gets the other tag")
	tab.Sees("1 customer carries both")
	tab.Check()
	tab.Submit(`form[action="/settings/tags/1/merge"] .btn.primary`)
	tab.Comes("3 customers")
	tab.Submit(`.toast form button`)
	tab.Go("/settings/tags")
	tab.Comes("Very important")
}
