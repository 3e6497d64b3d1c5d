package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
)

type taken struct{ payloads []string }

func (t *taken) Send(_ context.Context, d Delivery) error {
	t.payloads = append(t.payloads, d.Payload)
	return nil
}

func (*taken) Ready(context.Context) (bool, string) { return true, "" }

func TestWordsArePutInOnlyWhereTheyAreWanted(t *testing.T) {
	next := &taken{}
	var fault error
	c := Filled(next, "invitation", Survey, func(_ context.Context, d Delivery) (Delivery, error) {
		d.Payload = "filled"
		return d, fault
	})
	send := func(kind string, purpose Purpose) error {
		return c.Send(t.Context(), Delivery{Message: Message{SubjectKind: kind, Purpose: purpose, Payload: "as it was"}})
	}
	for _, try := range []struct {
		kind    string
		purpose Purpose
		want    string
	}{{"invitation", Survey, "filled"}, {"invitation", Staff, "as it was"}, {"order", Survey, "as it was"}} {
		if err := send(try.kind, try.purpose); err != nil || next.payloads[len(next.payloads)-1] != try.want {
			t.Errorf("%s %s: %v %v", try.kind, try.purpose, next.payloads, err)
		}
	}
	n := len(next.payloads)
	fault = errors.New("no address")
	var f *Failure
	if err := send("invitation", Survey); !errors.As(err, &f) || f.Class != Retry {
		t.Errorf("a fault in the words: %v", err)
	}
	fault = &Failure{Class: Permanent, Text: "no longer wanted"}
	if err := send("invitation", Survey); !errors.As(err, &f) || f.Class != Permanent {
		t.Errorf("what need not leave: %v", err)
	}
	if len(next.payloads) != n {
		t.Error("something left without its words")
	}
}

func TestALetterCanBeStopped(t *testing.T) {
	var back Letter
	if err := json.Unmarshal([]byte(Letter{Text: "x", AutoSubmitted: true}.Leavable("https://shop.example.com/u/t").Payload()), &back); err != nil {
		t.Fatal(err)
	}
	if back.Headers["List-Unsubscribe"] != "<https://shop.example.com/u/t>" || back.Headers["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click" || !back.AutoSubmitted {
		t.Errorf("%+v", back)
	}
}
