package mail

import (
	"fmt"
	"net/netip"
	"syscall"

	"regulars/app/sys/fetch"
)

// control decides, with the final address in hand, whether to dial it.
func (l *line) control(_, address string, _ syscall.RawConn) error {
	end, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", fetch.ErrPrivate, address)
	}
	allow := l.sender.Allow
	if allow == nil {
		allow = fetch.Guard{}.Check
	}
	if err := allow(l.to.Host, end.Addr()); err != nil {
		return err
	}
	if l.to.Security == "none" && l.to.Username != "" && !fetch.IsPrivate(end.Addr()) {
		return errPlainPassword
	}
	return nil
}
