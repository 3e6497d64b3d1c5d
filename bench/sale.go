package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

const (
	rawQuote = `SELECT q.number, q.title, q.total, c.name, l.name, l.quantity, l.unit_price, l.discount_rate, l.tax_rate, l.total FROM quote q JOIN customer c ON c.id = q.customer_id JOIN quote_line l ON l.quote_id = q.id WHERE q.id = ? ORDER BY l.position`
	rawGoods = `SELECT id, code, name, unit, price, tax_rate FROM product WHERE active = 1 ORDER BY name COLLATE NOCASE, id LIMIT 500`
	rawDeal  = `SELECT d.name, d.amount, c.name, s.name, u.name FROM deal d JOIN deal_stage s ON s.id = d.stage_id LEFT JOIN customer c ON c.id = d.customer_id LEFT JOIN user u ON u.id = d.owner_id WHERE d.id = ?`
)

// sales measures the pages on which something is sold: a deal, a quote of twenty
// lines, the forms of an order and of a quote with the whole catalogue.
func sales(s *server, raw *raws, t *table) error {
	line := `{"name":"Bench goods %d","quantity":2.5,"unit_price":{"amount":"12.40"},"discount":{"rate":500},"tax_rate":1300}`
	var lines []string
	for i := range 20 {
		lines = append(lines, fmt.Sprintf(line, i))
	}
	made, err := s.api(http.MethodPost, "/quotes", `{"customer_id":1,"title":"Bench","lines":[`+strings.Join(lines, ",")+`]}`)
	if err != nil {
		return err
	}
	var quote struct{ ID int64 }
	if err := json.Unmarshal([]byte(made), &quote); err != nil {
		return err
	}
	asks := func(path string) func(int) error {
		return func(int) error { _, err := s.get(path, gzip...); return err }
	}
	if err := t.compare("deal, its page", asks("/deals/1"), func(int) error { return raw.read(rawDeal, 1) }); err != nil {
		return err
	}
	if err := t.compare("quote of 20 lines, its page", asks(fmt.Sprintf("/quotes/%d", quote.ID)), func(int) error { return raw.read(rawQuote, quote.ID) }); err != nil {
		return err
	}
	if err := t.compare("order, empty form", asks("/orders/new?customer=1"), func(int) error { return raw.read(rawGoods) }); err != nil {
		return err
	}
	if err := t.compare("quote, empty form", asks("/quotes/new?customer=1"), func(int) error { return raw.read(rawGoods) }); err != nil {
		return err
	}
	_, err = s.api(http.MethodDelete, fmt.Sprintf("/quotes/%d", quote.ID), "")
	return err
}
