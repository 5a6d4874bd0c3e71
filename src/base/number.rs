//! Numbers that are places in an order, each order with a type of its own, so that a township's is never taken for a field's.
//! Knows no order itself.

/// Makes the number of a place in one order: slices and vectors that are kept in that order are indexed by it.
macro_rules! number {
    ($(#[$about:meta])* $vis:vis $name:ident) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(u32);

        impl $name {
            /// The place, counted from 0.
            #[must_use]
            $vis const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<usize> for $name {
            fn from(index: usize) -> $name {
                $name(u32::try_from(index).expect("no order has four thousand million places"))
            }
        }

        impl<T> std::ops::Index<$name> for [T] {
            type Output = T;

            fn index(&self, number: $name) -> &T {
                &self[number.index()]
            }
        }

        impl<T> std::ops::IndexMut<$name> for [T] {
            fn index_mut(&mut self, number: $name) -> &mut T {
                &mut self[number.index()]
            }
        }

        impl<T> std::ops::Index<$name> for Vec<T> {
            type Output = T;

            fn index(&self, number: $name) -> &T {
                &self[number.index()]
            }
        }

        impl<T> std::ops::IndexMut<$name> for Vec<T> {
            fn index_mut(&mut self, number: $name) -> &mut T {
                &mut self[number.index()]
            }
        }
    };
}

/// What can be numbered: anything that comes in an order.
pub trait Numbered: Iterator + Sized {
    /// Each with its number in the order, as [`enumerate`](Iterator::enumerate) gives a bare one.
    fn numbered<No: From<usize>>(self) -> impl Iterator<Item = (No, Self::Item)> {
        self.enumerate().map(|(index, item)| (No::from(index), item))
    }
}

impl<I: Iterator> Numbered for I {}
