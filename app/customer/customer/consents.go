package customer

import (
	"context"
	"slices"

	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// What customers agreed and objected to is kept by another slice; lists are
// filtered by it and the API shows it.

// ConsentWord is something about which a customer can say yes or no.
type ConsentWord struct {
	Name   string            // purpose.channel
	Titles map[string]string // by language
	Used   bool              // else it is known but not offered
}

// Consents knows what customers said.
type Consents interface {
	Words(ctx context.Context, q db.Q) ([]ConsentWord, error)
	// States are the last words of customers by ConsentWord.Name: allowed or objected.
	States(ctx context.Context, q db.Q, customers []int64) (map[int64]map[string]string, error)
}

// OnConsents says who knows.
func (s *Service) OnConsents(c Consents) { s.consents = c }

// withConsents makes the pairs the words of the fields about them.
func (s *Service) withConsents(ctx context.Context, q db.Q, l field.List) (field.List, error) {
	if s.consents == nil {
		return l, nil
	}
	words, err := s.consents.Words(ctx, q)
	if err != nil {
		return l, err
	}
	var names []string
	for _, w := range words {
		names = append(names, w.Name)
	}
	l.Fields = slices.Clone(l.Fields)
	for i, f := range l.Fields {
		if f.Options == "consent" {
			l.Fields[i].Choices = names
		}
	}
	return l, nil
}

// addConsents puts what customers said onto what the API shows of them.
func (s *Service) addConsents(ctx context.Context, include string, list []Object) error {
	if include != "consents" || s.consents == nil {
		return nil
	}
	ids := make([]int64, len(list))
	for i, o := range list {
		ids[i] = o.ID
	}
	states, err := s.consents.States(ctx, s.db.Reader(ctx), ids)
	for i := range list {
		if list[i].Consents = states[list[i].ID]; list[i].Consents == nil {
			list[i].Consents = map[string]string{}
		}
	}
	return err
}
