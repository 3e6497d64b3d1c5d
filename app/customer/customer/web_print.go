package customer

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/setting"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// sheet feeds the page that a customer is printed from: one side of A4.
type sheet struct {
	ShowPage
	Parts []view.Markup // what the other slices put on paper
}

// print shows a customer as one sheet of paper, with what the reader may see.
func (p pages) print(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	who, err := p.s.Get(web.Ctx(c), id)
	if err != nil {
		return p.instead(c, id, err)
	}
	b := sheet{ShowPage: ShowPage{Customer: who, Told: who.Added.Told(web.Locale(c))}, Parts: web.Panels(c, id, web.ZonePrint)[web.ZonePrint]}
	return web.Render(c, web.Page{Name: "customer/print", Heading: who.Name, Body: b})
}

// atlases are the services that can show an address, by the name that the owner
// chooses; the address stands behind what is listed here. Nothing is asked of
// them before somebody presses the link.
var atlases = map[string]string{
	"amap":   "https://uri.amap.com/search?src=regulars&keyword=",
	"baidu":  "https://api.map.baidu.com/geocoder?output=html&src=regulars&address=",
	"osm":    "https://www.openstreetmap.org/search?query=",
	"google": "https://www.google.com/maps/search/?api=1&query=",
	"apple":  "https://maps.apple.com/?q=",
}

// MapLink is where a map shows an address: as the owner chose, else what works
// in the shop's country.
func MapLink(b setting.Business, address string) string {
	address = strings.TrimSpace(address)
	if address == "" || strings.Contains(address, "•") || b.Map == "none" {
		return ""
	}
	base, chosen := atlases[b.Map]
	switch {
	case chosen:
	case b.Region == "CN":
		base = atlases["amap"]
	default:
		base = atlases["osm"]
	}
	return base + url.QueryEscape(address)
}
