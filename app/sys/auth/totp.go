package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // RFC 6238's default, the only one every authenticator app knows
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

var base32NoPad = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewTOTPSecret is 160 random bits in base32.
func NewTOTPSecret() string {
	b := make([]byte, 20)
	if _, err := rand.Read(b); err != nil {
		panic("auth: the system's random source failed: " + err.Error())
	}
	return base32NoPad.EncodeToString(b)
}

// TOTPURL is what an authenticator app scans.
func TOTPURL(secret, issuer, account string) string {
	v := url.Values{"secret": {secret}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+account) + "?" + v.Encode()
}

// VerifyTOTP checks a 6-digit code at now, one 30-second step either side, and
// returns the step that matched. A step not greater than last was used before
// and is refused. RFC 6238.
func VerifyTOTP(secret, code string, now time.Time, last int64) (step int64, ok bool) {
	key, err := base32NoPad.DecodeString(strings.ToUpper(strings.TrimSpace(secret)))
	if err != nil {
		return 0, false
	}
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	current := now.Unix() / 30
	for _, s := range []int64{current, current - 1, current + 1} {
		if s > last && hmac.Equal([]byte(totp(key, s)), []byte(code)) {
			return s, true
		}
	}
	return 0, false
}

// totp is RFC 4226's HOTP truncation of one step.
func totp(key []byte, step int64) string {
	var msg [8]byte
	binary.BigEndian.PutUint64(msg[:], uint64(step))
	mac := hmac.New(sha1.New, key)
	mac.Write(msg[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	n := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1_000_000)
}

// RecoveryCodes makes ten one-time codes of 50 bits, written as xxxxx-xxxxx.
func RecoveryCodes() []string {
	codes := make([]string, 10)
	for i := range codes {
		b := make([]byte, 7)
		if _, err := rand.Read(b); err != nil {
			panic("auth: the system's random source failed: " + err.Error())
		}
		s := strings.ToLower(base32NoPad.EncodeToString(b))[:10]
		codes[i] = s[:5] + "-" + s[5:]
	}
	return codes
}
