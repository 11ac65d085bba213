package api

// routes is the table of all paths. Each is in openapi.json, which a test checks.
func (a *API) routes() []route {
	return []route{
		{"GET", "/openapi.json", a.document},

		{"GET", "/v1/cities", a.cities},
		{"GET", "/v1/events", a.events},
		{"GET", "/v1/events/{event}", a.event},
		{"GET", "/v1/venues", a.venues},
		{"GET", "/v1/venues/{venue}", a.venue},
		{"GET", "/v1/suggest", a.suggest},
		{"GET", "/v1/shows", a.shows},
		{"GET", "/v1/shows/{id}", a.show},
		{"GET", "/v1/shows/{id}/geometry", a.geometry},
		{"GET", "/v1/shows/{id}/seats", a.seats},
		{"GET", "/v1/shows/{id}/stream", a.stream},
		{"GET", "/v1/shows/{id}/prices", a.prices},
		{"GET", "/v1/shows/{id}/quote", a.showQuote},

		{"POST", "/v1/recommendations", a.recommend},
		{"POST", "/v1/feedback", a.giveFeedback},
		{"DELETE", "/v1/visitors/me/history", a.forgetVisitor},

		{"POST", "/v1/holds", a.createHold},
		{"GET", "/v1/holds/{id}", a.hold},
		{"DELETE", "/v1/holds/{id}", a.releaseHold},
		{"POST", "/v1/holds/{id}/extension", a.extendHold},
		{"POST", "/v1/holds/{id}/vouchers", a.applyVoucher},
		{"DELETE", "/v1/holds/{id}/vouchers/{code}", a.removeVoucher},

		{"POST", "/v1/waitlist", a.joinWaitlist},
		{"GET", "/v1/waitlist/{id}", a.waitEntry},
		{"DELETE", "/v1/waitlist/{id}", a.leaveWaitlist},
		{"POST", "/v1/waitlist/{id}/claim", a.claimOffer},
		{"POST", "/v1/waitlist/{id}/rejoin", a.rejoinWaitlist},
		{"POST", "/v1/waitlist/{id}/link", a.renewWaitLink},

		{"POST", "/v1/bookings", a.createBooking},
		{"POST", "/v1/bookings/find", a.findBooking},
		{"GET", "/v1/bookings/{id}", a.booking},
		{"GET", "/v1/bookings/{id}/quote", a.bookingQuote},
		{"GET", "/v1/bookings/{id}/tickets", a.bookingTickets},
		{"POST", "/v1/bookings/{id}/link", a.renewLink},
		{"POST", "/v1/bookings/{id}/confirmation", a.confirmBooking},
		{"GET", "/v1/bookings/{id}/cancellation", a.previewCancellation},
		{"POST", "/v1/bookings/{id}/cancellation", a.cancelBooking},
		{"GET", "/v1/bookings/{id}/payments", a.bookingPayments},
		{"POST", "/v1/bookings/{id}/payments", a.startPayment},

		{"GET", "/v1/gateways", a.gateways},
		{"GET", "/v1/payments/{id}", a.payment},
		{"POST", "/v1/payments/{id}/refresh", a.refreshPayment},

		{"GET", "/v1/tickets/keys", a.ticketKeys},
		{"POST", "/v1/tickets/check", a.checkTicket},
		{"POST", "/v1/tickets/use", a.useTicket},
	}
}
