package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Each check gives the value to keep. Its error is the end of a sentence that
// starts with the key's name: "listen must be …".

func asText(raw any) (string, error) {
	switch v := raw.(type) {
	case nil:
		return "", nil
	case string:
		return strings.TrimSpace(v), nil
	case bool, int, int64, uint64, float64:
		return fmt.Sprint(v), nil
	}
	return "", errors.New("must be a single value")
}

func asList(raw any) ([]string, error) {
	items, ok := raw.([]any)
	if !ok {
		value, err := asText(raw)
		if err != nil {
			return nil, errors.New("must be a list")
		}
		for _, part := range strings.Split(value, ",") {
			items = append(items, part)
		}
	}
	var list []string
	for _, item := range items {
		value, err := asText(item)
		if err != nil {
			return nil, errors.New("must be a plain list")
		}
		if value != "" {
			list = append(list, value)
		}
	}
	return list, nil
}

func oneOf(allowed ...string) func(string) (string, error) {
	return func(v string) (string, error) {
		for _, a := range allowed {
			if strings.EqualFold(v, a) {
				return a, nil
			}
		}
		return "", fmt.Errorf("must be one of %s, not %q", strings.Join(allowed, ", "), v)
	}
}

func isListen(v string) (string, error) {
	host, port, err := net.SplitHostPort(v)
	if err == nil && host != "" {
		_, err = isHost(host)
	}
	n, numErr := strconv.Atoi(port)
	if err != nil || numErr != nil || n < 0 || n > 65535 {
		return "", fmt.Errorf("must be an address and a port such as 127.0.0.1:8080, not %q", v)
	}
	return v, nil
}

func isLoopbackListen(v string) (string, error) {
	if _, err := isListen(v); err != nil {
		return "", err
	}
	host, _, _ := net.SplitHostPort(v)
	addr, err := netip.ParseAddr(host)
	if host != "localhost" && (err != nil || !addr.IsLoopback()) {
		return "", fmt.Errorf("must be an address of this machine only, such as 127.0.0.1:9090, not %q", v)
	}
	return v, nil
}

// CheckBaseURL gives the address that customers use as it is stored, or says
// what is wrong with it.
func CheckBaseURL(v string) (string, error) { return isBaseURL(v) }

func isBaseURL(v string) (string, error) {
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return "", fmt.Errorf("must be a full address such as https://crm.example.com, not %q", v)
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("must end after the host name (%s://%s), Regulars cannot live below a path", u.Scheme, u.Host)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

func isHost(v string) (string, error) {
	if _, err := netip.ParseAddr(v); err == nil {
		return v, nil
	}
	if len(v) > 253 || strings.ContainsAny(v, "/\\:@?#[]<>\"'") || strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return "", fmt.Errorf("must be a host name or an address without port, not %q", v)
	}
	return strings.ToLower(v), nil
}

func isDomain(v string) (string, error) {
	if _, err := netip.ParseAddr(v); err == nil || !strings.Contains(v, ".") {
		return "", fmt.Errorf("must be a public domain name such as crm.example.com, not %q", v)
	}
	return isHost(v)
}

func isMail(v string) (string, error) {
	a, err := mail.ParseAddress(v)
	if err != nil || a.Name != "" || a.Address != v {
		return "", fmt.Errorf("must be an e-mail address, not %q", v)
	}
	return v, nil
}

func isSender(v string) (string, error) {
	if _, err := mail.ParseAddress(v); err != nil {
		return "", fmt.Errorf(`must be an e-mail address such as shop@example.com, not %q`, v)
	}
	return v, nil
}

func parsePrefix(v string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(v); err == nil {
		return p.Masked(), nil
	}
	addr, err := netip.ParseAddr(v)
	if err != nil {
		return netip.Prefix{}, err
	}
	addr = addr.Unmap()
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}

func joinPrefixes(list []netip.Prefix) string {
	var parts []string
	for _, p := range list {
		parts = append(parts, p.String())
	}
	return strings.Join(parts, ",")
}

func setTrustedProxies(c *Config, raw any) error {
	list, err := asList(raw)
	if err != nil {
		return err
	}
	c.TrustedProxies = nil
	for _, item := range list {
		p, err := parsePrefix(item)
		if err != nil {
			return fmt.Errorf("must hold addresses or CIDRs such as 10.0.0.0/8, not %q", item)
		}
		c.TrustedProxies = append(c.TrustedProxies, p)
	}
	return nil
}

func setAllowPrivate(c *Config, raw any) error {
	list, err := asList(raw)
	if err != nil {
		return err
	}
	var allow AllowPrivate
	for _, item := range list {
		if on, err := strconv.ParseBool(item); err == nil && len(list) == 1 {
			c.Outbound.AllowPrivate = AllowPrivate{All: on}
			return nil
		}
		if p, err := parsePrefix(item); err == nil {
			allow.Prefixes = append(allow.Prefixes, p)
			continue
		}
		host, err := isHost(item)
		if err != nil {
			return fmt.Errorf("must be true, or hold host names, addresses or CIDRs, not %q", item)
		}
		allow.Hosts = append(allow.Hosts, host)
	}
	c.Outbound.AllowPrivate = allow
	return nil
}

func setPort(c *Config, raw any) error {
	n, err := number(raw, 65535)
	c.SMTP.Port = n
	return err
}

func setAPIPerMinute(c *Config, raw any) error {
	n, err := number(raw, 1_000_000)
	c.Limits.APIPerMinute = n
	return err
}

func number(raw any, most int) (int, error) {
	value, err := asText(raw)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > most {
		return 0, fmt.Errorf("must be a whole number from 0 to %d, not %q", most, value)
	}
	return n, nil
}

func setJobsEnabled(c *Config, raw any) error {
	value, err := asText(raw)
	if err != nil {
		return err
	}
	on, err := strconv.ParseBool(value)
	if err != nil {
		return fmt.Errorf("must be true or false, not %q", value)
	}
	c.Jobs.Enabled = on
	return nil
}

// setPassword takes text only: YAML would read an unquoted 0123 as a number.
// It keeps the text as it is and never repeats it in an error.
func setPassword(c *Config, raw any) error {
	value, ok := raw.(string)
	if !ok && raw != nil {
		return errors.New(`must be in quotes`)
	}
	c.SMTP.Password = Secret(value)
	return nil
}

var units = []struct {
	name  string
	bytes int64
}{{"KIB", 1 << 10}, {"MIB", 1 << 20}, {"GIB", 1 << 30}, {"KB", 1000}, {"MB", 1000_000}, {"GB", 1000_000_000}, {"B", 1}, {"", 1}}

func parseSize(v string) (int64, error) {
	upper := strings.ToUpper(v)
	for _, u := range units {
		digits, ok := strings.CutSuffix(upper, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 0 || n > (1<<40)/u.bytes {
			break
		}
		return n * u.bytes, nil
	}
	return 0, fmt.Errorf("must be a size such as 256MiB, not %q", v)
}

func formatSize(n int64) string {
	for _, u := range []struct {
		name  string
		bytes int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= u.bytes && n%u.bytes == 0 {
			return strconv.FormatInt(n/u.bytes, 10) + u.name
		}
	}
	return strconv.FormatInt(n, 10)
}
