// The words of the element in English, loaded when a page gives none. The page's own are in storefront/seatview, too.

import english from "../../../seatview/english.json";

export { english };
