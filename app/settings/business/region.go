package business

import (
	"slices"
	"strings"
)

// places says which country's phone numbers a time zone speaks for.
var places = map[string]string{
	"Asia/Shanghai": "CN", "Asia/Urumqi": "CN", "Asia/Hong_Kong": "HK", "Asia/Taipei": "TW", "Asia/Singapore": "SG", "Asia/Tokyo": "JP", "Asia/Seoul": "KR",
	"Asia/Bangkok": "TH", "Asia/Jakarta": "ID", "Asia/Manila": "PH", "Asia/Ho_Chi_Minh": "VN", "Asia/Kuala_Lumpur": "MY", "Asia/Kolkata": "IN",
	"Asia/Karachi": "PK", "Asia/Dhaka": "BD", "Asia/Dubai": "AE", "Asia/Riyadh": "SA", "Asia/Jerusalem": "IL", "Asia/Almaty": "KZ",
	"Europe/London": "GB", "Europe/Dublin": "IE", "Europe/Lisbon": "PT", "Europe/Paris": "FR", "Europe/Madrid": "ES", "Europe/Berlin": "DE",
	"Europe/Zurich": "CH", "Europe/Rome": "IT", "Europe/Amsterdam": "NL", "Europe/Stockholm": "SE", "Europe/Warsaw": "PL", "Europe/Athens": "GR",
	"Europe/Kyiv": "UA", "Europe/Istanbul": "TR", "Europe/Moscow": "RU", "America/New_York": "US", "America/Chicago": "US", "America/Denver": "US",
	"America/Los_Angeles": "US", "America/Toronto": "CA", "America/Vancouver": "CA", "America/Mexico_City": "MX", "America/Bogota": "CO",
	"America/Sao_Paulo": "BR", "America/Argentina/Buenos_Aires": "AR", "Africa/Cairo": "EG", "Africa/Lagos": "NG", "Africa/Nairobi": "KE",
	"Africa/Johannesburg": "ZA", "Australia/Perth": "AU", "Australia/Sydney": "AU", "Pacific/Auckland": "NZ",
}

// tills says what is paid with where the currency's code does not begin with
// the country's.
var tills = map[string]string{
	"IE": "EUR", "PT": "EUR", "FR": "EUR", "ES": "EUR", "DE": "EUR", "IT": "EUR", "NL": "EUR", "GR": "EUR", "RU": "RUB", "PL": "PLN",
	"UA": "UAH", "MX": "MXN", "BR": "BRL",
}

// regions are the countries that a shop can choose for phone numbers written
// without a country code.
var regions = func() []string {
	set := map[string]bool{"AT": true, "BE": true, "CL": true, "CZ": true, "DK": true, "FI": true, "HU": true, "MO": true, "NO": true}
	for _, r := range places {
		set[r] = true
	}
	var out []string
	for r := range set {
		out = append(out, r)
	}
	slices.Sort(out)
	return out
}()

// regionOf guesses the country from the time zone, else from the currency.
func regionOf(timezone, currency string) string {
	if r, ok := places[timezone]; ok {
		return r
	}
	if len(currency) == 3 && slices.Contains(regions, currency[:2]) {
		return currency[:2]
	}
	return "US"
}

// currencyOf guesses what is paid with in a country.
func currencyOf(region string, known []string) string {
	if code, ok := tills[region]; ok {
		return code
	}
	for _, code := range known {
		if strings.HasPrefix(code, region) {
			return code
		}
	}
	return "USD"
}
