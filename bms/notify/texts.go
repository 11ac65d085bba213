package notify

// phrase is a text with its forms: one for a single thing, empty where the number changes nothing, and one for all others.
type phrase struct{ one, other string }

// englishTexts are the texts of all messages. The storefront has them in all its languages, and a test of its own compares them.
var englishTexts = map[string]phrase{
	"mail.hello":        {other: "Hello,"},
	"mail.hello_name":   {other: "Hello {name},"},
	"mail.questions":    {other: "Questions? Write to {email}."},
	"mail.joined":       {other: "{first}, {next}"},
	"mail.event":        {other: "Event"},
	"mail.when":         {other: "When"},
	"mail.where":        {other: "Where"},
	"mail.address":      {other: "Address"},
	"mail.booking":      {other: "Booking"},
	"mail.live":         {other: "live"},
	"mail.stream":       {other: "stream"},
	"mail.subtitles":    {other: "subtitles in {languages}"},
	"mail.place":        {other: "{section}, row {row}, seat {seat}"},
	"mail.code":         {other: "Code: {code}"},
	"mail.code_picture": {other: "Code {code}"},
	"mail.code_of":      {other: "Code of {place}"},
	"mail.view_booking": {other: "View your booking"},
	"mail.book_again":   {other: "Book again"},
	"mail.other_dates":  {other: "Look for other dates"},
	"mail.watch":        {other: "Watch online"},
	"mail.calendar":     {other: "Add to your calendar"},
	"mail.too_late":     {other: "It is too late to cancel tickets for this show."},

	"policy.none":         {other: "Tickets for this show cannot be cancelled."},
	"policy.everything":   {other: "Cancel by {time} and get everything back."},
	"policy.price":        {other: "Cancel by {time} and get back the ticket price without fees."},
	"policy.price_fees":   {other: "Cancel by {time} and get back the ticket price and {fees} of the fees."},
	"policy.part":         {other: "Cancel by {time} and get back {rate} of the ticket price without fees."},
	"policy.part_fees":    {other: "Cancel by {time} and get back {rate} of the ticket price and {fees} of the fees."},
	"policy.nothing":      {other: "Cancel by {time} and get back nothing of the ticket price without fees."},
	"policy.nothing_fees": {other: "Cancel by {time} and get back nothing of the ticket price and {fees} of the fees."},

	"mail.bill.title":    {other: "What you paid"},
	"mail.bill.tickets":  {other: "Tickets"},
	"mail.bill.voucher":  {other: "Voucher {code}"},
	"mail.bill.rounding": {other: "Rounding"},
	"mail.bill.tax":      {other: "Tax {rate}"},
	"mail.bill.includes": {other: "includes {tax}"},
	"mail.bill.total":    {other: "Total"},

	"mail.confirmed.subject":         {one: "Your ticket for {event}", other: "Your {count} tickets for {event}"},
	"mail.confirmed.subject_booking": {other: "Your booking for {event}"},
	"mail.confirmed.title":           {other: "Your booking is confirmed"},
	"mail.confirmed.text": {
		one:   "Your ticket for {event} is below. Show its code at the entrance, on a screen or on paper.",
		other: "Your {count} tickets for {event} are below. Show the code of each at the entrance, on a screen or on paper.",
	},
	"mail.confirmed.online":  {other: "Thank you for booking {event}. The link below takes you there when it starts."},
	"mail.confirmed.thanks":  {other: "Thank you for booking {event}."},
	"mail.confirmed.tickets": {one: "Your ticket", other: "Your tickets"},
	"mail.confirmed.policy":  {other: "If your plans change"},

	"mail.cancelled.subject":      {other: "Your booking is cancelled: {event}"},
	"mail.cancelled.subject_some": {one: "{count} ticket is cancelled: {event}", other: "{count} tickets are cancelled: {event}"},
	"mail.cancelled.title":        {other: "Your booking is cancelled"},
	"mail.cancelled.title_some":   {other: "Part of your booking is cancelled"},
	"mail.cancelled.text":         {other: "Your booking for {event} is cancelled. Its tickets are no longer valid."},
	"mail.cancelled.text_some":    {other: "This is cancelled and no longer valid:"},
	"mail.cancelled.no_refund":    {other: "No refund is due for this cancellation."},
	"mail.cancelled.valid":        {one: "Still valid: {count} ticket", other: "Still valid: {count} tickets"},

	"mail.refund.subject":        {other: "Your refund is on its way"},
	"mail.refund.subject_amount": {other: "Your refund of {amount} is on its way"},
	"mail.refund.title":          {other: "Your refund is on its way"},
	"mail.refund.back":           {other: "We refund {amount} to the card or account that you paid with, within {from} to {until} working days."},
	"mail.refund.to":             {other: "We refund {amount} to {to}, within {from} to {until} working days."},
	"mail.refund.sent":           {other: "We have sent the money back."},

	"mail.link.subject": {other: "A new link to your booking: {event}"},
	"mail.link.title":   {other: "A new link to your booking"},
	"mail.link.text":    {other: "The links to your booking for {event} that we sent before do not open it any more. Please use this one:"},
	"mail.link.same":    {other: "Your booking and its tickets are as they were."},
	"mail.link.keep": {other: "Whoever has this link can see your booking and cancel it; do not pass it on. If you did not ask for a new one, " +
		"somebody who had the old link did, and nobody but you has this one."},

	"mail.expired.subject": {other: "Your booking was not completed: {event}"},
	"mail.expired.title":   {other: "Your booking was not completed"},
	"mail.expired.text": {
		one:   "The time to pay for {event} ran out before a payment reached us, so your place is on sale again.",
		other: "The time to pay for {event} ran out before a payment reached us, so your places are on sale again.",
	},
	"mail.expired.late": {other: "If a payment still arrives, we complete your booking when the places are free, and send the money back when they " +
		"are not. You will hear from us either way."},

	"mail.late.subject": {other: "Your payment came too late and is refunded: {event}"},
	"mail.late.title":   {other: "Your payment came too late"},
	"mail.late.text": {other: "Your payment for {event} reached us after the time to pay had run out, and the places had been sold to others by then. " +
		"You have no tickets."},
	"mail.late.all_back": {other: "We send all of the money back."},

	"mail.show_cancelled.subject":      {other: "Cancelled: {event}"},
	"mail.show_cancelled.subject_time": {other: "Cancelled: {event}, {time}"},
	"mail.show_cancelled.title":        {other: "{event} is cancelled"},
	"mail.show_cancelled.text": {other: "We are sorry: the organizer has cancelled this date. Your tickets are no longer valid; please do not come to " +
		"the venue."},

	"mail.waiting.subject":  {other: "You are on the waiting list: {event}"},
	"mail.waiting.title":    {other: "You are on the waiting list"},
	"mail.waiting.text":     {other: "We write to you as soon as there are places for you. They are then kept for a short time, so please look at your mail."},
	"mail.waiting.wish":     {other: "You wait for"},
	"mail.waiting.position": {other: "Your place in the line"},
	"mail.waiting.link":     {other: "See your place or leave the list"},
	"mail.waiting.note":     {other: "If you have not asked for this, somebody has mistyped an address. The link above takes you off the list."},
	"mail.wish.places":      {one: "{count} place", other: "{count} places"},
	"mail.wish.category":    {other: "{places} in {category}"},
	"mail.wish.wheelchairs": {one: "{wish}, with {count} wheelchair space", other: "{wish}, with {count} wheelchair spaces"},

	"mail.offer.subject": {other: "There are places for you: {event}"},
	"mail.offer.title":   {other: "There are places for you"},
	"mail.offer.until":   {other: "We keep them for you until {time}. After that they go to the next in the line."},
	"mail.offer.short":   {other: "We keep them for you for a short time. After that they go to the next in the line."},
	"mail.offer.take":    {other: "Take these places"},
	"mail.offer.note": {other: "Whoever has this link can take the places; do not pass it on. If you do not want them, leave the list there, and somebody " +
		"else is glad."},

	"mail.ended.subject": {other: "Your places went to the next: {event}"},
	"mail.ended.title":   {other: "Your places went to the next in the line"},
	"mail.ended.text": {other: "The time to take the places that we kept for you has run out. If you still want to go, you can join the list again, at " +
		"its end."},
	"mail.ended.again": {other: "Join the list again"},

	"mail.closed.subject":   {other: "The waiting list is closed: {event}"},
	"mail.closed.title":     {other: "The waiting list is closed"},
	"mail.closed.text":      {other: "We are sorry: no tickets are sold for this date any more, and there were no places for you."},
	"mail.closed.cancelled": {other: "The organizer has cancelled this date."},
}
