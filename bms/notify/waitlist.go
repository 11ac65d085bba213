package notify

func waitingSubject(l *letter) string { return l.T("mail.waiting.subject", l.event()) }

func waiting(l *letter) {
	l.title(l.T("mail.waiting.title"))
	l.greet()
	l.para(l.T("mail.waiting.text"))
	position := ""
	if l.d.Position > 0 {
		position = l.in.Formats.Number(l.d.Position)
	}
	l.show(fact{label: l.T("mail.waiting.wish"), value: l.wish()}, fact{label: l.T("mail.waiting.position"), value: position})
	l.links([]link{l.toList("mail.waiting.link")})
	l.note(l.T("mail.waiting.note"))
}

// toList is a link to the reader's place in the line.
func (l *letter) toList(id string) link { return l.page(l.T(id), l.d.WaitlistPath) }

// wish says what is waited for.
func (l *letter) wish() string {
	w := l.d.Wish
	if w == nil {
		return ""
	}
	text := l.N("mail.wish.places", w.Places)
	if w.Category != "" {
		text = l.T("mail.wish.category", with("places", text), with("category", w.Category))
	}
	if w.Wheelchairs > 0 {
		text = l.N("mail.wish.wheelchairs", w.Wheelchairs, with("wish", text))
	}
	return text
}

func offerSubject(l *letter) string { return l.T("mail.offer.subject", l.event()) }

func offer(l *letter) {
	l.title(l.T("mail.offer.title"))
	l.greet()
	if l.d.Deadline.IsZero() {
		l.para(l.T("mail.offer.short"))
	} else {
		l.para(l.T("mail.offer.until", with("time", l.in.Formats.When(l.d.Deadline))))
	}
	if len(l.d.Tickets) > 0 {
		l.places(l.entries(l.d.Tickets))
	}
	l.show()
	l.links([]link{l.toList("mail.offer.take")})
	l.note(l.T("mail.offer.note"))
}

func offerEndedSubject(l *letter) string { return l.T("mail.ended.subject", l.event()) }

func offerEnded(l *letter) {
	l.title(l.T("mail.ended.title"))
	l.greet()
	l.para(l.T("mail.ended.text"))
	l.show()
	l.links([]link{l.toList("mail.ended.again")})
}

func listClosedSubject(l *letter) string { return l.T("mail.closed.subject", l.event()) }

func listClosed(l *letter) {
	l.title(l.T("mail.closed.title"))
	l.greet()
	l.para(l.T("mail.closed.text"))
	if l.d.ShowCancelled {
		l.para(l.T("mail.closed.cancelled"))
	}
	l.show()
	l.links([]link{l.toOtherDates()})
}
