// Package preference is what a customer likes: what was said, in tags and
// fields that the shop ticked for it, and what their purchases and exchanges
// show. What is derived comes with its evidence (how many of how many, since
// when, and the rows themselves) and only where there is enough of it. Who does
// not want to be profiled has nothing derived.
//
// An order has a day but no hour, so the hour of a purchase is not told.
package preference

import (
	"net/url"
	"strconv"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/stats"
	"regulars/app/sys/custom"
)

// What is needed before anything is derived.
const (
	MinOrders    = 3 // purchases for products and categories
	MinDays      = 5 // purchases for a weekday
	MinExchanges = 3 // for a way to talk
	minTimes     = 2 // purchases with a product or of a category
)

// The window: two years, and no more than so many purchases or exchanges.
const (
	windowYears = 2
	windowRows  = 200
)

// The kinds of what is derived.
const (
	Product  = "product"
	Category = "category"
	Weekday  = "weekday"
	Channel  = "channel"
)

// Tag is a tag that says what somebody likes.
type Tag struct {
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	Colour int    `db:"colour"`
}

// Finding is one thing that the rows show, with its evidence.
type Finding struct {
	Kind      string
	Name      string // of the product or category; the channel's word; the weekday's number
	ProductID int64
	N, Of     int      // so many of so many
	Returned  int      // purchases of it that came back, at least in part
	Since     cal.Date // the first day looked at
	Rows      string   // where they are
}

// Basis is what there was to look at.
type Basis struct {
	Orders, Returns, Exchanges int
	Since                      cal.Date // of the purchases
}

// Early tells that there are purchases, but too few to say anything.
func (b Basis) Early() bool { return b.Orders > 0 && b.Orders < MinOrders }

// Preferences are a customer's.
type Preferences struct {
	CustomerID  int64
	Tags        []Tag
	Added       custom.Record // with the ticked fields only
	NoProfiling bool
	Basis       Basis
	Derived     []Finding
}

// Empty tells that there is nothing to show.
func (p Preferences) Empty() bool {
	return len(p.Tags) == 0 && len(p.Added.Set) == 0 && len(p.Derived) == 0 && p.Basis.Orders == 0 && !p.NoProfiling
}

// share is a count of something among all.
type share struct {
	Name string `db:"name"`
	N    int    `db:"n"`
}

// favourite is the day on which more is bought than chance would put there.
func favourite(days []share, orders int) (share, bool) {
	if orders < MinDays || len(days) == 0 {
		return share{}, false
	}
	low, _ := stats.Wilson(days[0].N, orders)
	return days[0], low > 1.0/7
}

// usual is the way by which most exchanges went.
func usual(channels []share) (one share, all int, ok bool) {
	for _, c := range channels {
		all += c.N
	}
	if all < MinExchanges {
		return share{}, all, false
	}
	return channels[0], all, 2*channels[0].N > all
}

// orders is the list of the purchases that a finding counted.
func (p Preferences) orders(name, value string) string {
	q := url.Values{}
	q.Set("filter[customer_id][eq]", strconv.FormatInt(p.CustomerID, 10))
	q.Set("filter[status][in]", "confirmed,completed")
	q.Set("filter[total][gte]", "0")
	q.Set("filter[ordered_on][gte]", string(p.Basis.Since))
	q.Set("filter["+name+"][eq]", value)
	return "/orders?" + q.Encode()
}

// since is the first day of the window.
func since(now time.Time, zone *time.Location) cal.Date {
	return cal.DateOf(now.AddDate(-windowYears, 0, 0), zone)
}
