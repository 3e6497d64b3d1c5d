//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// firms is a list with people: two in one row, one more below, and a column
// that has to be sorted by hand.
const firms = "公司名称,电话,联系人,联系人手机,联系人2姓名,谁介绍的\n" +
	"杭州茗香茶业有限公司,0571-87654321,林小棠,13800138000,陈默,秦琼\n" +
	",,周岚,13700137000,,\n" +
	"上海云锦贸易有限公司,,单雄信,13500135000,,\n"

// A list with people comes in: a column is sorted by hand, the settings are
// kept, every row is listed, the same file again changes nothing, and all of it
// is taken back.
func TestCompaniesWithTheirPeopleComeInAndAreTakenBack(t *testing.T) {
	for _, look := range []Look{DeskZh, PhoneZh} {
		t.Run(look.Name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "公司.csv")
			if err := os.WriteFile(path, []byte(firms), 0o600); err != nil {
				t.Fatal(err)
			}
			p := start(t, t.TempDir(), "")
			tab := first(t, p, look)
			upload(tab, "customers", path)
			tab.Check()
			tab.eval(`document.querySelector('select[name="column-5"]').value = "source"`, nil)
			tab.Fill("profile_name", "公司和联系人")
			tab.Submit(`button[name="do"][value="profile"]`)
			runs := func() string {
				tab.Submit(`button[name="do"][value="run"]`)
				place := strings.Split(tab.Path(), "?")[0]
				eventually(t, "the import has ended", waitLong, func() bool {
					tab.do(chromedp.Navigate(p.URL + place))
					var done bool
					tab.eval(`!!document.querySelector('a[href^="/imports/new?like="]')`, &done)
					return done
				})
				return place
			}
			if !strings.HasPrefix(tab.Path(), "/imports/") || strings.Contains(tab.Path(), "profiles") {
				tab.Go("/imports")
				tab.eval(`document.querySelector('tbody a[href^="/imports/"]').click()`, nil)
				tab.Comes("公司.csv")
			}
			place := runs()
			tab.Check()
			tab.Shot("import-people-result")
			tab.Go(place + "/rows")
			tab.Waits(`document.querySelectorAll("tbody tr").length === 3`)
			tab.Check()
			tab.Go("/customers?q=周岚")
			tab.Sees("杭州茗香茶业有限公司")
			upload(tab, "customers", path)
			again := runs()
			tab.Waits(`[...document.querySelectorAll("#main dl.facts dd")].map(d => d.innerText.trim()).join(" ") === "0 0 2 0"`)
			if again == place {
				t.Error("the second import is the first")
			}
			tab.Go(place)
			tab.Submit(`form[action$="/undo"] button`)
			eventually(t, "nothing of the import is left", waitLong, func() bool {
				tab.do(chromedp.Navigate(p.URL + "/customers"))
				return !strings.Contains(tab.Text(), "茗香茶业") && !strings.Contains(tab.Text(), "云锦")
			})
		})
	}
}
