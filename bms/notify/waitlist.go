package notify

func waitingSubject(d *Data) string { return "You are on the waiting list: " + d.Event }

func waiting(p part, d *Data) {
	p.title("You are on the waiting list")
	greet(p, d)
	p.para("We write to you as soon as there are places for you. They are then kept for a short time, so please look at your mail.")
	p.facts(append([]fact{{label: "You wait for", value: d.Wish}, {label: "Your place in the line", value: d.Position}}, showFacts(d)...))
	p.links([]link{{"See your place or leave the list", d.WaitlistURL}})
	p.note("If you have not asked for this, somebody has mistyped an address. The link above takes you off the list.")
}

func offerSubject(d *Data) string { return "There are places for you: " + d.Event }

func offer(p part, d *Data) {
	p.title("There are places for you")
	greet(p, d)
	if d.Deadline != "" {
		p.para("We keep them for you until " + d.Deadline + ". After that they go to the next in the line.")
	} else {
		p.para("We keep them for you for a short time. After that they go to the next in the line.")
	}
	if len(d.Tickets) > 0 {
		p.places(d.Tickets)
	}
	p.facts(showFacts(d))
	p.links([]link{{"Take these places", d.WaitlistURL}})
	p.note("Whoever has this link can take the places; do not pass it on. If you do not want them, leave the list there, and somebody else is glad.")
}

func offerEndedSubject(d *Data) string { return "Your places went to the next: " + d.Event }

func offerEnded(p part, d *Data) {
	p.title("Your places went to the next in the line")
	greet(p, d)
	p.para("The time to take the places that we kept for you has run out. If you still want to go, you can join the list again, at its end.")
	p.facts(showFacts(d))
	p.links([]link{{"Join the list again", d.WaitlistURL}})
}

func listClosedSubject(d *Data) string { return "The waiting list is closed: " + d.Event }

func listClosed(p part, d *Data) {
	p.title("The waiting list is closed")
	greet(p, d)
	p.para("We are sorry: no tickets are sold for this date any more, and there were no places for you.")
	because(p, d)
	p.facts(showFacts(d))
	p.links([]link{{"Look for other dates", d.EventURL}})
}
