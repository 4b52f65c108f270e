//! Where things stand on a page: points, matrices, rectangles (ISO 32000-1
//! section 8.3).

/// A matrix `[a b c d e f]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matrix(pub(super) [f64; 6]);

/// The matrix that changes nothing.
pub(super) const IDENTITY: Matrix = Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

impl Matrix {
    /// First this one, then the other.
    pub(super) fn then(self, other: Self) -> Self {
        let [first, second, third, fourth, across, up] = self.0;
        let (first, second) = other.turn(first, second);
        let (third, fourth) = other.turn(third, fourth);
        let (across, up) = other.apply(across, up);
        Self([first, second, third, fourth, across, up])
    }

    /// Where a point comes to stand.
    pub(super) fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let [.., across, up] = self.0;
        let (x, y) = self.turn(x, y);
        (x + across, y + up)
    }

    /// What becomes of a direction.
    pub(super) fn turn(self, x: f64, y: f64) -> (f64, f64) {
        let [first, second, third, fourth, ..] = self.0;
        (x * first + y * third, x * second + y * fourth)
    }

    /// The box around what becomes of a rectangle.
    pub(super) fn cover(self, [left, bottom, right, top]: [f64; 4]) -> Area {
        let mut area = Area::NOTHING;
        for (x, y) in [(left, bottom), (left, top), (right, bottom), (right, top)] {
            let (x, y) = self.apply(x, y);
            area.add(x, y);
        }
        area
    }
}

/// A rectangle that stands upright.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    left: f64,
    bottom: f64,
    right: f64,
    top: f64,
}

impl Area {
    /// An empty one, to which points are added.
    pub(super) const NOTHING: Self = Self {
        left: f64::INFINITY,
        bottom: f64::INFINITY,
        right: f64::NEG_INFINITY,
        top: f64::NEG_INFINITY,
    };

    /// Everything.
    pub(super) const ALL: Self = Self {
        left: f64::NEG_INFINITY,
        bottom: f64::NEG_INFINITY,
        right: f64::INFINITY,
        top: f64::INFINITY,
    };

    /// With these corners.
    pub(super) fn of([left, bottom, right, top]: [f64; 4]) -> Self {
        IDENTITY.cover([left, bottom, right, top])
    }

    /// The matrix that moves and stretches it onto another.
    pub(super) fn onto(self, other: Self) -> Matrix {
        let stretch = |from: f64, to: f64| if from > 0.0 { to / from } else { 1.0 };
        let across = stretch(self.right - self.left, other.right - other.left);
        let up = stretch(self.top - self.bottom, other.top - other.bottom);
        let left = other.left - self.left * across;
        let bottom = other.bottom - self.bottom * up;
        Matrix([across, 0.0, 0.0, up, left, bottom])
    }

    /// Grows to a point.
    pub(super) fn add(&mut self, x: f64, y: f64) {
        self.left = self.left.min(x);
        self.right = self.right.max(x);
        self.bottom = self.bottom.min(y);
        self.top = self.top.max(y);
    }

    /// What is in both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        }
    }

    /// Whether a point is in it, or so near.
    pub(super) fn has(self, (x, y): (f64, f64), near: f64) -> bool {
        x >= self.left - near
            && x <= self.right + near
            && y >= self.bottom - near
            && y <= self.top + near
    }

    /// What is around both.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            bottom: self.bottom.min(other.bottom),
            right: self.right.max(other.right),
            top: self.top.max(other.top),
        }
    }

    /// Its size; none if it is empty.
    pub(super) fn size(self) -> f64 {
        (self.right - self.left).max(0.0) * (self.top - self.bottom).max(0.0)
    }
}
