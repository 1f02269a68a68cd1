//! Where something is on the earth, and how far that is.

use super::host::Location;

/// Millionths of a degree in a degree.
const DEGREE: f64 = 1e6;
/// The earth's mean radius.
const EARTH_KM: f64 = 6_371.0;

/// Reads `latitude,longitude[,altitude]` in degrees; nothing where it is none. What comes out is in
/// millionths of a degree.
pub fn coordinates(text: &str) -> Option<(i32, i32)> {
    let mut parts = text.split(',').map(str::trim);
    let latitude = degrees(parts.next()?, 90.0)?;
    let longitude = degrees(parts.next()?, 180.0)?;
    let altitude = parts.next().is_none_or(|text| text.parse::<f64>().is_ok_and(f64::is_finite));
    (altitude && parts.next().is_none()).then_some((latitude, longitude))
}

/// The same as text.
pub(super) fn shown(coordinates: Option<(i32, i32)>) -> String {
    let shown = |(latitude, longitude): (i32, i32)| {
        format!("{:.6},{:.6}", f64::from(latitude) / DEGREE, f64::from(longitude) / DEGREE)
    };
    coordinates.map(shown).unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, reason = "180 million fits")]
fn degrees(text: &str, most: f64) -> Option<i32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
    let degrees = text.parse::<f64>().ok().filter(|degrees| plain && degrees.abs() <= most)?;
    Some((degrees * DEGREE).round() as i32)
}

/// The way between two places along the earth, in kilometres (the haversine formula).
pub(super) fn distance_km(from: (i32, i32), to: (i32, i32)) -> f64 {
    let radians = |part: i32| (f64::from(part) / DEGREE).to_radians();
    let (from_latitude, to_latitude) = (radians(from.0), radians(to.0));
    let half_sine = |angle: f64| (angle / 2.0).sin().powi(2);
    let arc = half_sine(to_latitude - from_latitude)
        + from_latitude.cos() * to_latitude.cos() * half_sine(radians(to.1) - radians(from.1));
    2.0 * EARTH_KM * arc.sqrt().min(1.0).asin()
}

/// What of the locations is asked for. With coordinates the nearest come first, and with a radius
/// (0: none) those beyond it are left out; who has not said where they are comes last.
pub(super) fn chosen(
    mut locations: Vec<Location>,
    region: Option<&str>,
    city: Option<&str>,
    near: Option<(i32, i32)>,
    radius_km: u32,
) -> Vec<Location> {
    let same = |wanted: Option<&str>, found: &str| {
        wanted.is_none_or(|wanted| wanted.trim().to_lowercase() == found.trim().to_lowercase())
    };
    locations.retain(|place| same(region, &place.region) && same(city, &place.city));
    let Some(near) = near else { return locations };
    let away = |place: &Location| place.coordinates.map(|there| distance_km(near, there));
    let within = |place: &Location| {
        let radius_km = place.terms.as_ref().map_or(radius_km, |terms| terms.radius_km);
        away(place).is_none_or(|km| radius_km == 0 || km <= f64::from(radius_km))
    };
    locations.retain(within);
    let order = |place: &Location| away(place).unwrap_or(f64::INFINITY);
    locations.sort_by(|one, other| order(one).total_cmp(&order(other)));
    locations
}

#[cfg(test)]
mod tests {
    use super::{super::host::Terms, *};

    #[test]
    fn coordinates_are_two_numbers_in_degrees() {
        for (text, found) in [
            ("41.5725702999,-8.4263883", Some((41_572_570, -8_426_388))),
            ("41.572408,-8.426258,868", Some((41_572_408, -8_426_258))),
            (" 90 , -180 ", Some((90_000_000, -180_000_000))),
            ("90.1,0", None),
            ("0,180.1", None),
            ("1", None),
            ("", None),
            ("1,2,3,4", None),
            ("1,2,x", None),
            ("nan,1", None),
            ("1e1,1", None),
        ] {
            assert_eq!(coordinates(text), found, "{text}");
        }
        assert_eq!(shown(Some((41_572_408, -8_426_258))), "41.572408,-8.426258");
    }

    #[test]
    fn distances_are_those_of_the_map() {
        let (braga, porto) = ((41_545_400, -8_426_500), (41_157_900, -8_629_100));
        let km = distance_km(braga, porto);
        assert!((45.0..48.0).contains(&km), "{km}");
        assert!(distance_km(braga, braga) < 1e-9);
        let around = distance_km((0, 0), (0, 180_000_000));
        assert!((around - EARTH_KM * std::f64::consts::PI).abs() < 1.0);
    }

    #[test]
    fn the_nearest_come_first_and_the_far_are_left_out() {
        let place = |id: &str, city: &str, coordinates| Location {
            id: id.into(),
            city: city.into(),
            region: "North".into(),
            coordinates,
            ..Location::default()
        };
        let all = vec![
            place("1", "Lisbon", Some((38_722_300, -9_139_300))),
            place("2", "Porto", Some((41_157_900, -8_629_100))),
            place("3", "Nowhere", None),
            place("4", "Braga", Some((41_545_400, -8_426_500))),
        ];
        let ids =
            |places: Vec<Location>| places.into_iter().map(|place| place.id).collect::<String>();
        let near = Some((41_550_000, -8_420_000));
        assert_eq!(ids(chosen(all.clone(), None, None, near, 0)), "4213");
        assert_eq!(ids(chosen(all.clone(), None, None, near, 50)), "423");
        assert_eq!(ids(chosen(all.clone(), Some("north"), Some("PORTO "), None, 0)), "2");
        assert_eq!(ids(chosen(all.clone(), Some("south"), None, None, 0)), "");
        assert_eq!(ids(chosen(all.clone(), None, None, None, 1)), "1234");
        let mut wide = all;
        wide[0].terms = Some(Terms { radius_km: 1_000, ..Terms::default() });
        assert_eq!(ids(chosen(wide, None, None, near, 50)), "4213", "its own radius counts");
    }
}
