// Package setting keeps what the owner decided while using the product: small
// JSON values by name, journaled like every other decision.
package setting

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/sys/db"
)

var (
	sqlGet   = db.SQL(`SELECT value FROM setting WHERE name = ?`)
	sqlNames = db.SQL(`SELECT name FROM setting WHERE id IN (SELECT value FROM json_each(?))`)
	sqlPut   = db.SQL(`
		INSERT INTO setting (name, value, updated_at) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`)
)

// stored is what a transaction remembers a value by.
type stored string

// Get reads a value into into; without a row into stays as it is, so it may
// hold the defaults.
func Get(ctx context.Context, q db.Q, name string, into any) error {
	text, err := db.Once(q, stored(name), func() (text string, err error) {
		_, err = db.Found(q.Get(ctx, &text, sqlGet, name))
		return text, err
	})
	if err != nil {
		return fmt.Errorf("read setting %s: %w", name, err)
	}
	if text == "" { // no row: a stored value is JSON
		return nil
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("read setting %s: %w", name, err)
	}
	return nil
}

// Put stores a value.
func Put(ctx context.Context, tx *db.Tx, name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode setting %s: %w", name, err)
	}
	if _, err := tx.Exec(ctx, sqlPut, name, string(text), tx.Now.UnixMilli()); err != nil {
		return fmt.Errorf("store setting %s: %w", name, err)
	}
	return nil
}

// Names are the names of rows by id; a row that is gone has none.
func Names(ctx context.Context, q db.Q, ids []int64) (names []string, err error) {
	list, err := json.Marshal(ids)
	if err == nil {
		err = q.Select(ctx, &names, sqlNames, string(list))
	}
	if err != nil {
		return nil, fmt.Errorf("read the names of settings: %w", err)
	}
	return names, nil
}

// Business is the shop: what every page, mail and formula asks for.
type Business struct {
	Name     string `json:"name"`
	Locale   string `json:"locale"`               // en or zh-CN: the shop's language
	Currency string `json:"currency"`             // ISO 4217
	Timezone string `json:"timezone"`             // IANA name
	Region   string `json:"region"`               // ISO country for phone numbers, e.g. CN
	Map      string `json:"map"`                  // who shows addresses: "" for what works in Region, none, or a service
	Pack     string `json:"pack"`                 // starter pack chosen at setup
	Email    string `json:"email"`                // shown to customers as the sender's reply address
	Sample   bool   `json:"sample"`               // sample data is still there
	Look     string `json:"look,omitempty"`       // mark of the public pages' stylesheet, "" for ours
	Logo     string `json:"logo,omitempty"`       // mark of the logo, "" for none
	TaxOnTop bool   `json:"tax_on_top,omitempty"` // prices are without tax, which is added
	SetupAt  int64  `json:"setup_at"`             // unix ms; 0 = not set up yet
}

// BusinessName is the setting that holds Business.
const BusinessName = "business"

// ReadBusiness reads the shop; before setup it is a usable default.
func ReadBusiness(ctx context.Context, q db.Q) (Business, error) {
	b := Business{Locale: "en", Currency: "USD", Timezone: "UTC", Region: "US"}
	err := Get(ctx, q, BusinessName, &b)
	return b, err
}

// Zone is the shop's time zone; UTC when the name is unknown.
func (b Business) Zone() *time.Location {
	zone, err := cal.Zone(b.Timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Ready tells whether setup is done.
func (b Business) Ready() bool { return b.SetupAt != 0 }
