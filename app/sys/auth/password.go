package auth

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/alexedwards/argon2id"

	"regulars/app/kit/errs"
)

// 19 MiB and two passes: OWASP's argon2id minimum, about 0.1 s here.
var params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// HashCheaply makes every later hash of the process cheap, for tests that sign in
// by the hundred and do not ask how well passwords are kept.
func HashCheaply() {
	params = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// slots bounds the memory that hashing can take at once.
var slots = make(chan struct{}, 2)

//go:embed passwords.txt
var common string

var commonSet = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(common) {
		set[strings.TrimSpace(line)] = true
	}
	return set
})

// CheckPassword adds a message to c when the password is too short, too long
// or among the commonest. There are no rules about its characters.
func CheckPassword(c *errs.Check, field, password string) {
	n := len([]rune(password))
	c.That(n >= 12, field, "password.error.short", "n", 12)
	c.That(n <= 128, field, "password.error.long", "n", 128)
	c.That(!commonSet()[strings.ToLower(password)], field, "password.error.common")
}

// HashPassword makes the PHC string to store.
func HashPassword(ctx context.Context, password string) (string, error) {
	if err := takeSlot(ctx); err != nil {
		return "", err
	}
	defer func() { <-slots }()
	hash, err := argon2id.CreateHash(password, params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// VerifyPassword compares; an empty hash costs the same time, so that nobody
// learns which accounts exist.
func VerifyPassword(ctx context.Context, password, hash string) (bool, error) {
	if err := takeSlot(ctx); err != nil {
		return false, err
	}
	defer func() { <-slots }()
	known := hash != ""
	if !known {
		hash = dummy()
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("verify password: %w", err)
	}
	return ok && known, nil
}

// Outdated tells a stored hash that was made with other parameters than today's:
// whoever just gave the right password gets a new one.
func Outdated(hash string) bool {
	used, salt, key, err := argon2id.DecodeHash(hash)
	if err != nil {
		return false // not ours to judge; VerifyPassword says what is wrong with it
	}
	return used.Memory != params.Memory || used.Iterations != params.Iterations || used.Parallelism != params.Parallelism ||
		len(salt) != int(params.SaltLength) || len(key) != int(params.KeyLength)
}

var dummy = sync.OnceValue(func() string {
	hash, err := argon2id.CreateHash("no such account", params)
	if err != nil {
		panic("auth: cannot hash: " + err.Error())
	}
	return hash
})

func takeSlot(ctx context.Context) error {
	select {
	case slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errs.New(errs.Unavailable, "error.busy")
	}
}
