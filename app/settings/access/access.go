// Package access is how other devices reach this house: the address it listens
// on, the addresses of the local network with their QR codes for phones, and
// the warnings that belong to plain http. The owner may open the door to the
// network here; an address given by flag, environment or file always wins.
package access

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"regulars/app/sys/config"
)

// The choices of whom the house listens to.
const (
	Local   = "local"   // this machine only
	Network = "network" // every device that can reach it
)

// State is what the page says.
type State struct {
	Listen    string // what the house listens on now
	Fixed     bool   // decided by flag, environment or file: the page cannot change it
	Wanted    string // the owner's choice
	Open      bool   // other devices reach it now
	Restart   bool   // the choice counts after the next start
	Plain     bool   // http without encryption, and no proxy that adds it
	BaseURL   string // where mailed links lead, "" = none
	BaseFixed bool   // decided by flag, environment or file
	Proxies   []string
	Links     []string // addresses to open on a phone
}

// listenOn is the address for a choice, on the configured port.
func listenOn(configured, wanted string) string {
	_, port, err := net.SplitHostPort(configured)
	if err != nil {
		return configured
	}
	if wanted == Network {
		return net.JoinHostPort("0.0.0.0", port)
	}
	return configured
}

// reachable tells whether a listen address is more than this machine.
func reachable(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if host == "" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return host != "localhost" && (err != nil || !ip.IsLoopback())
}

// links are the addresses under which devices of the network find the house.
func links(cfg config.Config, hosts []string) []string {
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil || !reachable(cfg.Listen) {
		return nil
	}
	if ip, err := netip.ParseAddr(host); host != "" && (err != nil || !ip.IsUnspecified()) {
		hosts = []string{host}
	}
	scheme, usual := "http", "80"
	if cfg.TLS.On() {
		scheme, usual = "https", "443"
	}
	var out []string
	for _, h := range hosts {
		address := net.JoinHostPort(h, port)
		if port == usual {
			address = strings.TrimSuffix(address, ":"+port)
		}
		out = append(out, scheme+"://"+address+"/")
	}
	return out
}

// lanHosts are this machine's own addresses in private networks, IPv4 first:
// what a phone in the same room can type.
func lanHosts() ([]string, error) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, a := range addrs {
		n, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		ip, ok := netip.AddrFromSlice(n.IP)
		if !ok || !ip.Unmap().Is4() || ip.Unmap().IsLoopback() || ip.Unmap().IsLinkLocalUnicast() {
			continue
		}
		out = append(out, ip.Unmap().String())
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
