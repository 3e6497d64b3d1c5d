package db

// Work over many rows in one transaction asks the same small things for each of
// them: the shop's settings, a survey's words. A transaction that was told to
// remember reads them once. It must not change them.

type memory struct{}

// Remember makes what is read through Once be read once in this transaction.
func (t *Tx) Remember() {
	if t.Value(memory{}) == nil {
		t.SetValue(memory{}, map[any]any{})
	}
}

// Once gives what read gives; in a transaction that remembers it reads once for
// each key.
func Once[T any](q Q, key any, read func() (T, error)) (T, error) {
	tx, ok := q.(*Tx)
	if !ok {
		return read()
	}
	kept, ok := tx.Value(memory{}).(map[any]any)
	if !ok {
		return read()
	}
	if v, ok := kept[key].(T); ok {
		return v, nil
	}
	v, err := read()
	if err == nil {
		kept[key] = v
	}
	return v, err
}
