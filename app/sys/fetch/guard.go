package fetch

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"regulars/app/sys/config"
)

// ErrPrivate says that an address lies inside this machine or its network and
// is not on the list outbound.allow_private.
var ErrPrivate = errors.New("the address is private and outbound.allow_private does not list it")

// ErrHost says that a host name is not one: an odd spelling of an address, or
// characters that no name has.
var ErrHost = errors.New("not a host name")

// inside are the ranges that outbound.allow_private: true opens: this machine,
// the networks of a home or office, carrier NAT and VPNs, and the range that
// proxy programs answer every name with.
var inside = prefixes("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "100.64.0.0/10", "198.18.0.0/15")

// never are the ranges that only an entry of the list opens: no host of the
// public network has them, or they lead to another address. Of IPv6, only
// public is handed out at all.
var (
	public = netip.MustParsePrefix("2000::/3")
	never  = prefixes(
		"0.0.0.0/8", "169.254.0.0/16", // this network; link-local and cloud metadata
		"192.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20", // special, documentation
		"192.88.99.0/24", "2002::/16", "2001::/23", // 6to4, Teredo
		"224.0.0.0/4", "240.0.0.0/4", // multicast, reserved, broadcast
	)
)

// Guard decides which addresses outgoing connections may reach.
type Guard struct{ allow config.AllowPrivate }

// NewGuard makes a guard that opens what the configuration lists.
func NewGuard(allow config.AllowPrivate) Guard { return Guard{allow: allow} }

// Check decides about the address that a host name led to; it must be asked
// with the address that is really dialled. The error is ErrPrivate or nil.
func (g Guard) Check(host string, addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	for _, p := range g.allow.Prefixes {
		if p.Contains(addr) {
			return nil
		}
	}
	for _, h := range g.allow.Hosts {
		if strings.EqualFold(h, strings.TrimSuffix(host, ".")) {
			return nil
		}
	}
	if contains(inside, addr) && g.allow.All {
		return nil
	}
	if IsPrivate(addr) {
		return fmt.Errorf("%w: %s", ErrPrivate, addr)
	}
	return nil
}

// IsPrivate tells whether an address is not a plain public one.
func IsPrivate(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if !addr.IsValid() || addr.Is6() && !public.Contains(addr) {
		return true
	}
	return contains(inside, addr) || contains(never, addr)
}

// CheckHost refuses what is neither a name nor an address in its usual form:
// 2130706433, 0x7f.1 or 0177.0.0.1 mean 127.0.0.1 to some resolvers.
func CheckHost(host string) error {
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	name := strings.TrimSuffix(host, ".")
	if name == "" || len(name) > 253 {
		return ErrHost
	}
	labels := strings.Split(name, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, notInName) {
			return fmt.Errorf("%w: %q", ErrHost, host)
		}
	}
	last := labels[len(labels)-1]
	if _, err := strconv.ParseUint(last, 0, 64); err == nil || strings.Trim(last, "0123456789") == "" {
		return fmt.Errorf("%w: %q", ErrHost, host)
	}
	return nil
}

func notInName(r rune) bool {
	return r <= ' ' || r == 0x7f || strings.ContainsRune(`/\:@?#[]%<>"'&|^`+"`", r)
}

func contains(list []netip.Prefix, addr netip.Addr) bool {
	for _, p := range list {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

func prefixes(list ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, s := range list {
		all = append(all, netip.MustParsePrefix(s))
	}
	return all
}
