// The currencies a shop may choose from: how many decimals each has (ISO 4217)
// and the sign people know it by. Anything absent has two decimals and shows
// its code, but is not accepted as input.

package money

import "sort"

type currency struct {
	digits int
	symbol string
}

var currencies = map[string]currency{
	"AED": {2, "AED"}, "ARS": {2, "AR$"}, "AUD": {2, "A$"}, "BDT": {2, "৳"},
	"BHD": {3, "BHD"}, "BRL": {2, "R$"}, "CAD": {2, "CA$"}, "CHF": {2, "CHF"},
	"CLP": {0, "CL$"}, "CNY": {2, "¥"}, "COP": {2, "CO$"}, "CZK": {2, "Kč"},
	"DKK": {2, "kr"}, "EGP": {2, "E£"}, "EUR": {2, "€"}, "GBP": {2, "£"},
	"HKD": {2, "HK$"}, "HUF": {2, "Ft"}, "IDR": {2, "Rp"}, "ILS": {2, "₪"},
	"INR": {2, "₹"}, "JOD": {3, "JOD"}, "JPY": {0, "JP¥"}, "KES": {2, "KSh"},
	"KRW": {0, "₩"}, "KWD": {3, "KWD"}, "KZT": {2, "₸"}, "MOP": {2, "MOP$"},
	"MXN": {2, "MX$"}, "MYR": {2, "RM"}, "NGN": {2, "₦"}, "NOK": {2, "kr"},
	"NZD": {2, "NZ$"}, "OMR": {3, "OMR"}, "PHP": {2, "₱"}, "PKR": {2, "Rs"},
	"PLN": {2, "zł"}, "RUB": {2, "₽"}, "SAR": {2, "SAR"}, "SEK": {2, "kr"},
	"SGD": {2, "S$"}, "THB": {2, "฿"}, "TND": {3, "TND"}, "TRY": {2, "₺"},
	"TWD": {2, "NT$"}, "UAH": {2, "₴"}, "USD": {2, "$"}, "VND": {0, "₫"},
	"ZAR": {2, "R"},
}

// Currencies lists the known ISO codes, sorted, for a select box.
func Currencies() []string {
	codes := make([]string, 0, len(currencies))
	for code := range currencies {
		codes = append(codes, code)
	}
	sort.Strings(codes)
	return codes
}

// Known tells whether the code is in the table, so whether input may use it.
func Known(cur string) bool {
	_, ok := currencies[cur]
	return ok
}

// Digits is the number of decimals of the currency's minor unit; 2 if unknown.
func Digits(cur string) int {
	if c, ok := currencies[cur]; ok {
		return c.digits
	}
	return 2
}

// Symbol is the sign put before an amount; the code itself if unknown.
func Symbol(cur string) string {
	if c, ok := currencies[cur]; ok {
		return c.symbol
	}
	return cur
}
