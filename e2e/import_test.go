//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// upload hands a file to the import page and goes on to its columns.
func upload(tab *Tab, kind, path string) {
	tab.t.Helper()
	tab.Go("/imports/new?kind=" + kind)
	tab.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type="file"]`), []string{path}))
	tab.Submit(`form[action="/imports"] button.primary`)
}

// sheet is what a shop's old program exports: Chinese headers, GB18030, and
// mistakes: an impossible e-mail, a line without a name, a customer twice.
const sheet = "客户名称,手机,邮箱,地区,标签\n" +
	"杭州茗香茶业有限公司,0571-8765 4321,ming@example.com,杭州,批发\n" +
	"单雄信,13800138000,dan@example.com,山西,老客户\n" +
	"秦琼,13900139000,不是邮箱,山东,老客户\n" +
	",13700137000,nobody@example.com,河南,\n" +
	"单雄信,138 0013 8000,dan@example.com,山西,老客户\n"

func TestAChineseListWithMistakesIsBroughtInAndTakenBack(t *testing.T) {
	text, err := simplifiedchinese.GB18030.NewEncoder().String(sheet)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "客户.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, t.TempDir(), "")
	tab := first(t, p, DeskZh)
	upload(tab, "customers", path)
	tab.Sees("杭州茗香茶业有限公司")
	tab.Shot("import-columns")
	tab.Submit(`button[name="do"][value="check"]`)
	tab.Comes("不是邮箱")
	tab.Check()
	tab.Shot("import-problems")
	tab.Submit(`button[name="do"][value="run"]`)
	eventually(t, "the import has ended", waitLong, func() bool {
		tab.do(chromedp.Navigate(p.URL + strings.Split(tab.Path(), "?")[0]))
		var done bool
		tab.eval(`!!document.querySelector('form[action$="/undo"]')`, &done)
		return done
	})
	tab.Check()
	tab.Shot("import-result")
	tab.Go("/customers")
	tab.Sees("杭州茗香茶业有限公司", "单雄信", "秦琼")
	tab.Go("/imports")
	tab.eval(`document.querySelector('tbody a[href^="/imports/"]').click()`, nil)
	tab.Comes("客户.csv")
	tab.Submit(`form[action$="/undo"] button`)
	eventually(t, "nothing of the import is left", waitLong, func() bool {
		tab.do(chromedp.Navigate(p.URL + "/customers"))
		return !strings.Contains(tab.Text(), "单雄信")
	})
	tab.Check()
	tab.SeesNot("杭州茗香茶业有限公司", "秦琼")
}
