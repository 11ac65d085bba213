package money_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/bms/money"
)

func ExampleParseCurrency() {
	c, err := money.ParseCurrency("JPY")
	fmt.Println(c, c.Exponent(), err)
	// Output: JPY 0 <nil>
}

func ExampleCurrency_Valid() {
	fmt.Println(money.Currency("EUR").Valid(), money.Currency("DEM").Valid())
	// Output: true false
}

func ExampleCurrency_Exponent() {
	fmt.Println(money.Currency("EUR").Exponent(), money.Currency("KWD").Exponent())
	// Output: 2 3
}

func ExampleNew() {
	fmt.Println(money.New(1250, "EUR"))
	// Output: EUR 12.50
}

func ExampleZero() {
	fmt.Println(money.Zero("KWD"))
	// Output: KWD 0.000
}

func ExampleAmount_Add() {
	sum, err := money.New(1250, "EUR").Add(money.New(75, "EUR"))
	fmt.Println(sum, err)
	_, err = money.New(1250, "EUR").Add(money.New(75, "USD"))
	fmt.Println(errors.Is(err, money.ErrCurrency), err)
	// Output:
	// EUR 13.25 <nil>
	// true cannot combine an amount in EUR with one in USD
}

func ExampleAmount_Sub() {
	change, _ := money.New(2000, "EUR").Sub(money.New(1250, "EUR"))
	fmt.Println(change)
	// Output: EUR 7.50
}

func ExampleAmount_Neg() {
	refund, _ := money.New(1250, "EUR").Neg()
	fmt.Println(refund)
	// Output: EUR -12.50
}

func ExampleAmount_MulInt() {
	three, _ := money.New(1250, "EUR").MulInt(3)
	fmt.Println(three)
	// Output: EUR 37.50
}

func ExampleAmount_Cmp() {
	order, _ := money.New(1250, "EUR").Cmp(money.New(990, "EUR"))
	fmt.Println(order)
	// Output: 1
}

func ExampleAmount_Equal() {
	fmt.Println(money.New(100, "EUR").Equal(money.New(100, "USD")))
	// Output: false
}

func ExampleAmount_IsZero() {
	fmt.Println(money.Amount{}.IsZero(), money.Zero("EUR").IsZero())
	// Output: true true
}

func ExampleAmount_IsNegative() {
	fmt.Println(money.New(-1, "EUR").IsNegative())
	// Output: true
}

func ExampleAmount_IsPositive() {
	fmt.Println(money.New(1, "EUR").IsPositive())
	// Output: true
}

func ExampleSum() {
	total, _ := money.Sum(money.New(1250, "EUR"), money.New(1250, "EUR"), money.New(150, "EUR"))
	fmt.Println(total)
	// Output: EUR 26.50
}

func ExampleAmount_Mul() {
	tax, _ := money.New(1999, "USD").Mul(88_750, money.HalfUp) // 8.875 % of 19.99 is 1.7741
	fmt.Println(tax)
	// Output: USD 1.77
}

func ExampleAmount_MulRatio() {
	half, _ := money.New(25, "EUR").MulRatio(1, 2, money.HalfEven)
	fmt.Println(half)
	// Output: EUR 0.12
}

func ExampleAmount_TaxIncluded() {
	tax, _ := money.New(11800, "INR").TaxIncluded(180_000, money.HalfUp)
	fmt.Println(tax)
	// Output: INR 18.00
}

func ExampleAmount_RoundTo() {
	cash, _ := money.New(1998, "CHF").RoundTo(5, money.HalfUp)
	fmt.Println(cash)
	// Output: CHF 20.00
}

func ExampleAmount_Allocate() {
	parts, _ := money.New(1000, "EUR").Allocate(2, 1)
	fmt.Println(parts)
	// Output: [EUR 6.67 EUR 3.33]
}

func ExampleAmount_Split() {
	parts, _ := money.New(1000, "JPY").Split(3)
	fmt.Println(parts)
	// Output: [JPY 334 JPY 333 JPY 333]
}

func ExampleParse() {
	a, err := money.Parse("12.5", "EUR")
	fmt.Println(a, err)
	_, err = money.Parse("1,250", "JPY")
	fmt.Println(err)
	// Output:
	// EUR 12.50 <nil>
	// amount: must be digits with at most one point and no grouping, such as 12 or 12.5, not "1,250"
}

func ExampleAmount_Decimal() {
	fmt.Println(money.New(5, "KWD").Decimal())
	// Output: 0.005
}

func ExampleAmount_String() {
	fmt.Println(money.New(-5, "EUR").String())
	// Output: EUR -0.05
}

func ExampleAmount_UnmarshalJSON() {
	var a money.Amount
	err := json.Unmarshal([]byte(`{"minor":1250,"currency":"EUR"}`), &a)
	fmt.Println(a, err)
	// Output: EUR 12.50 <nil>
}

func ExampleParseRate() {
	r, err := money.ParseRate("8.875%")
	fmt.Println(int64(r), err)
	// Output: 88750 <nil>
}

func ExampleRate_String() {
	fmt.Println(money.Rate(180_000), money.Rate(88_750))
	// Output: 18% 8.875%
}

func ExampleRounding_Valid() {
	fmt.Println(money.HalfEven.Valid(), money.Rounding("nearest").Valid())
	// Output: true false
}

func ExampleMismatchError() {
	_, err := money.New(1, "EUR").Cmp(money.New(1, "USD"))
	if mismatch, ok := errors.AsType[*money.MismatchError](err); ok {
		fmt.Println(mismatch.Left, mismatch.Right)
	}
	// Output: EUR USD
}
