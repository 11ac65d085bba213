package notify

func confirmedSubject(l *letter) string {
	if n := len(l.d.Tickets); n > 0 {
		return l.about(l.N("mail.confirmed.subject", n, l.event()))
	}
	return l.about(l.T("mail.confirmed.subject_booking", l.event()))
}

func confirmed(l *letter) {
	l.title(l.T("mail.confirmed.title"))
	l.greet()
	l.para(welcome(l))
	l.show()
	if n := len(l.d.Tickets); n > 0 {
		l.heading(l.N("mail.confirmed.tickets", n))
		l.tickets(l.entries(l.d.Tickets))
	}
	l.bill()
	l.links([]link{{l.T("mail.watch"), l.d.WatchURL}, l.toBooking(), {l.T("mail.calendar"), l.d.CalendarURL}})
	if l.d.Policy != nil {
		l.heading(l.T("mail.confirmed.policy"))
		l.para(l.policy())
	}
	l.suggest()
}

// welcome tells what to do with the tickets.
func welcome(l *letter) string {
	switch n := len(l.d.Tickets); {
	case l.d.WatchURL != "":
		return l.T("mail.confirmed.online", l.event())
	case n == 0:
		return l.T("mail.confirmed.thanks", l.event())
	default:
		return l.N("mail.confirmed.text", n, l.event())
	}
}

func cancelledSubject(l *letter) string {
	if n := len(l.d.Cancelled); len(l.d.Tickets) > 0 && n > 0 {
		return l.about(l.N("mail.cancelled.subject_some", n, l.event()))
	}
	return l.about(l.T("mail.cancelled.subject", l.event()))
}

func cancelled(l *letter) {
	some := len(l.d.Tickets) > 0 && len(l.d.Cancelled) > 0
	if some {
		l.title(l.T("mail.cancelled.title_some"))
		l.greet()
		l.para(l.T("mail.cancelled.text_some"))
	} else {
		l.title(l.T("mail.cancelled.title"))
		l.greet()
		l.para(l.T("mail.cancelled.text", l.event()))
	}
	l.because()
	if len(l.d.Cancelled) > 0 {
		l.places(l.entries(l.d.Cancelled))
	}
	l.refund(l.T("mail.cancelled.no_refund"))
	l.show()
	if some {
		l.heading(l.N("mail.cancelled.valid", len(l.d.Tickets)))
		l.tickets(l.entries(l.d.Tickets))
	}
	l.links([]link{l.toBooking()})
}

func linkSubject(l *letter) string { return l.about(l.T("mail.link.subject", l.event())) }

func linkRenewed(l *letter) {
	l.title(l.T("mail.link.title"))
	l.greet()
	l.para(l.T("mail.link.text", l.event()))
	l.links([]link{l.toBooking()})
	l.para(l.T("mail.link.same"))
	l.show()
	l.note(l.T("mail.link.keep"))
}

func refundSubject(l *letter) string {
	if l.d.Refund == nil {
		return l.about(l.T("mail.refund.subject"))
	}
	return l.about(l.T("mail.refund.subject_amount", l.amount(l.d.Refund)))
}

func refundSent(l *letter) {
	l.title(l.T("mail.refund.title"))
	l.greet()
	l.refund(l.T("mail.refund.sent"))
	l.because()
	l.show()
	l.links([]link{l.toBooking()})
}

func expiredSubject(l *letter) string { return l.about(l.T("mail.expired.subject", l.event())) }

func expired(l *letter) {
	l.title(l.T("mail.expired.title"))
	l.greet()
	l.para(l.N("mail.expired.text", len(l.d.Tickets), l.event()))
	l.para(l.T("mail.expired.late"))
	l.show()
	l.links([]link{l.page(l.T("mail.book_again"), l.d.EventPath)})
}

func latePaymentSubject(l *letter) string { return l.about(l.T("mail.late.subject", l.event())) }

func latePayment(l *letter) {
	l.title(l.T("mail.late.title"))
	l.greet()
	l.para(l.T("mail.late.text", l.event()))
	l.refund(l.T("mail.late.all_back"))
	l.show()
	l.links([]link{l.toOtherDates()})
}

func showCancelledSubject(l *letter) string {
	if l.d.Start.IsZero() {
		return l.about(l.T("mail.show_cancelled.subject", l.event()))
	}
	return l.about(l.T("mail.show_cancelled.subject_time", l.event(), with("time", l.in.Formats.Start(l.d.Start))))
}

func showCancelled(l *letter) {
	l.title(l.T("mail.show_cancelled.title", l.event()))
	l.greet()
	l.para(l.T("mail.show_cancelled.text"))
	l.because()
	l.refund("")
	l.show()
	l.links([]link{l.toOtherDates(), l.toBooking()})
}
