package api

import (
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"regulars/app/kit/money"
)

// Quantity is a number with at most three decimals; text is read as well.
type Quantity struct{ money.Quantity }

// Schema describes it for OpenAPI.
func (Quantity) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{{Type: "number"}, {Type: "string"}}, Examples: []any{1.5}}
}

// UnmarshalJSON says in words what is wrong: huma shows the error as it is.
func (q *Quantity) UnmarshalJSON(b []byte) error {
	if err := q.Quantity.UnmarshalJSON(b); err != nil {
		return errors.New("a quantity is a number with at most three decimals")
	}
	return nil
}
