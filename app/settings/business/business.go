// Package business is the shop itself: the first run that makes it, its
// profile, and the starter packs that fit a trade. Setup is the only door that
// opens without a login, and only with the one-time token in the data folder.
package business

import (
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/kit/money"
	"regulars/app/staff/user"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
	"regulars/app/sys/setting"
)

// Input is what the first run asks.
type Input struct {
	Business   string
	OwnerName  string
	OwnerEmail string
	Password   string
	Locale     string
	Currency   string
	Timezone   string
	Pack       string
	Sample     bool // with made-up customers to look around
}

// Profile is what the owner may change about the shop later.
type Profile struct {
	Name, Locale, Currency, Timezone, Region, Map, Email string
	Version                                              string // of the state the change is based on
	PricesWithTax                                        bool
}

func (in *Input) check() error {
	in.Business, in.OwnerName, in.OwnerEmail = strings.TrimSpace(in.Business), strings.TrimSpace(in.OwnerName), strings.TrimSpace(in.OwnerEmail)
	c := &errs.Check{}
	checkShop(c, "business", in.Business, in.Locale, in.Currency, in.Timezone)
	user.CheckName(c, "owner_name", in.OwnerName)
	user.CheckEmail(c, "owner_email", in.OwnerEmail)
	auth.CheckPassword(c, "password", in.Password)
	_, known := PackNamed(in.Pack)
	c.That(known, "pack", "error.choice")
	return c.Err()
}

func (p *Profile) check() error {
	p.Name, p.Email = strings.TrimSpace(p.Name), strings.TrimSpace(p.Email)
	c := &errs.Check{}
	checkShop(c, "name", p.Name, p.Locale, p.Currency, p.Timezone)
	if p.Email != "" {
		user.CheckEmail(c, "email", p.Email)
	}
	c.That(slices.Contains(regions, p.Region), "region", "error.choice")
	c.That(p.Map == "" || slices.Contains(maps, p.Map), "map", "error.choice")
	return c.Err()
}

// maps are who can show an address, or nobody; customer/customer has the links.
var maps = []string{"amap", "baidu", "osm", "google", "apple", "none"}

func checkShop(c *errs.Check, field, name, locale, currency, timezone string) {
	user.CheckName(c, field, name)
	c.That(slices.Contains(i18n.Tags(), locale), "locale", "error.choice")
	c.That(money.Known(currency), "currency", "error.choice")
	_, err := cal.Zone(timezone)
	c.That(err == nil, "timezone", "error.choice")
}

// profileOf is the shop as its form shows it.
func profileOf(b setting.Business) Profile {
	return Profile{b.Name, b.Locale, b.Currency, b.Timezone, b.Region, b.Map, b.Email, version(b), !b.TaxOnTop}
}

// version tells one state of the shop from another; a setting has no number.
func version(b setting.Business) string {
	return id.Hash(strings.Join([]string{b.Name, b.Locale, b.Currency, b.Timezone, b.Region, b.Map, b.Email, strconv.FormatBool(b.TaxOnTop)}, "\x1f"))[:16]
}
