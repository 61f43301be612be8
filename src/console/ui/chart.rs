//! Charts as SVG, drawn on the server: bars, and a dashed line for what they are laid beside. Their colours are marks that the
//! style sheet puts the theme's in the place of (`style/chart.css`), so that dark mode and print work and no style stands in the
//! page. Each is drawn twice, for wide and for narrow screens. The numbers stand in a table behind each, which the caller shows.

use leptos::prelude::*;
use plotters::coord::ranged1d::SegmentedCoord;
use plotters::coord::types::RangedCoordi32;
use plotters::prelude::*;

use super::raw::escaped;

/// Takes the place of colours in `style/chart.css`: bars, bars below zero, the line beside them, grid and words.
const BAR: RGBColor = RGBColor(0, 0, 1);
const BELOW: RGBColor = RGBColor(0, 0, 2);
const BESIDE: RGBColor = RGBColor(0, 0, 3);
const GRID: RGBColor = RGBColor(0, 0, 4);
const WORDS: RGBColor = RGBColor(0, 0, 5);

const WIDE: Size = Size { name: "wide", width: 960, height: 240, labels: 10 };
const NARROW: Size = Size { name: "narrow", width: 400, height: 220, labels: 4 };
const FONT_SIZE: f64 = 15.0;
const Y_LABELS: usize = 4;

struct Size {
    name: &'static str,
    width: u32,
    height: u32,
    labels: usize,
}

/// What a chart shows.
#[derive(Debug, Clone, Default)]
pub struct ChartData {
    /// One for each bar.
    pub labels: Vec<String>,
    pub bars: Vec<f64>,
    /// What the bars are called, and the line.
    pub name: String,
    /// The same points of another time; none for no line.
    pub beside: Option<(String, Vec<f64>)>,
    /// Said to screen readers in the chart's place.
    pub title: String,
    pub description: String,
}

/// A chart with its legend.
#[component]
pub fn Chart(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    data: ChartData,
) -> AnyView {
    let legend = data.beside.as_ref().map(|(beside, _)| {
        view! {
            <p class="chart-legend" aria-hidden="true">
                <span class="chart-key bar"></span>{data.name.clone()}" "<span class="chart-key beside"></span>{beside.clone()}
            </p>
        }
    });
    let [wide, narrow] = [WIDE, NARROW].map(|size| {
        let svg = draw(&id, &data, &size).unwrap_or_default();
        view! { <div class=format!("chart-{}", size.name) inner_html=svg></div> }
    });
    view! { <figure class="chart">{legend}{wide}{narrow}</figure> }.into_any()
}

type Drawn = Result<String, DrawingAreaErrorKind<std::fmt::Error>>;

fn draw(id: &str, data: &ChartData, size: &Size) -> Drawn {
    let mut svg = String::new();
    if data.bars.is_empty() {
        return Ok(svg);
    }
    // Drawing into a text fails for no reason of ours: a chart that can't be drawn is left out, the table stays.
    if draw_into(&mut svg, data, size).is_err() {
        return Ok(String::new());
    }
    let head = format!(
        "<svg role=\"img\" aria-labelledby=\"{id}-{name}-title {id}-{name}-about\" viewBox=\"0 0 {} {}\" \
         xmlns=\"http://www.w3.org/2000/svg\"><title id=\"{id}-{name}-title\">{}</title><desc id=\"{id}-{name}-about\">{}</desc>",
        size.width,
        size.height,
        escaped(&data.title),
        escaped(&data.description),
        name = size.name,
    );
    let inner = svg.find('>').map(|end| svg[end + 1..].to_owned()).unwrap_or_default();
    Ok(format!("{head}{inner}"))
}

type Coordinates = Cartesian2d<SegmentedCoord<RangedCoordi32>, plotters::coord::types::RangedCoordf64>;

fn draw_into(svg: &mut String, data: &ChartData, size: &Size) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, (size.width, size.height)).into_drawing_area();
    let count = i32::try_from(data.bars.len())?;
    let (low, high) = range(data);
    let mut chart: ChartContext<'_, SVGBackend<'_>, Coordinates> = ChartBuilder::on(&root)
        .margin(8)
        .x_label_area_size(26)
        .y_label_area_size(64)
        .build_cartesian_2d((0..count - 1).into_segmented(), low..high)?;
    let words = ("inherit", FONT_SIZE).into_font().color(&WORDS);
    let label = |at: &SegmentValue<i32>| match at {
        SegmentValue::CenterOf(place) => {
            usize::try_from(*place).ok().and_then(|place| data.labels.get(place)).cloned().unwrap_or_default()
        }
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .axis_style(GRID)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .label_style(words)
        .x_labels(size.labels)
        .y_labels(Y_LABELS)
        .x_label_formatter(&label)
        .y_label_formatter(&|value| short(*value))
        .draw()?;
    let gap = if data.bars.len() > 60 || size.width < 500 && data.bars.len() > 20 { 1 } else { 3 };
    let bars = (0..).zip(&data.bars).map(|(place, value)| {
        let style = if *value < 0.0 { BELOW } else { BAR }.filled();
        let mut bar = Rectangle::new([(SegmentValue::Exact(place), 0.0), (SegmentValue::Exact(place + 1), *value)], style);
        bar.set_margin(0, 0, gap, gap);
        bar
    });
    chart.draw_series(bars)?;
    if let Some((_, beside)) = &data.beside {
        let points: Vec<_> = (0..count).zip(beside).map(|(place, value)| (SegmentValue::CenterOf(place), *value)).collect();
        chart.draw_series(DashedLineSeries::new(points, 6, 4, BESIDE.stroke_width(2)))?;
    }
    root.present()?;
    Ok(())
}

/// From zero, or below it, to a little above the highest.
fn range(data: &ChartData) -> (f64, f64) {
    let all = || data.bars.iter().chain(data.beside.iter().flat_map(|(_, values)| values)).copied();
    let (low, high) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
    if low == high { (0.0, 1.0) } else { (low * 1.05, high * 1.05) }
}

/// A number for an axis: `1.2M`, or by ten thousands in Korean.
fn short(value: f64) -> String {
    use crate::console::i18n::Locale;
    let steps: &[(f64, &str)] = match crate::console::reader::reader().locale {
        Locale::En => &[(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")],
        Locale::Ko => &[(1e12, "조"), (1e8, "억"), (1e4, "만")],
    };
    let step = steps.iter().find(|(step, _)| value.abs() >= *step);
    let (value, unit) = step.map_or((value, ""), |(step, unit)| (value / step, *unit));
    let text = format!("{value:.1}");
    format!("{}{unit}", text.strip_suffix(".0").unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> ChartData {
        ChartData {
            labels: vec!["1".into(), "2".into(), "3".into()],
            bars: vec![1.0, 0.0, -2.0],
            name: "Now".into(),
            beside: Some(("Before".into(), vec![3.0, 1.0, 2.0])),
            title: "Net <b>".into(),
            description: "Highest: 3".into(),
        }
    }

    #[test]
    fn a_chart_has_words_for_those_who_do_not_see_it_and_no_styles() {
        let svg = draw("net", &data(), &WIDE).expect("drawn");
        assert!(svg.starts_with("<svg role=\"img\" aria-labelledby=\"net-wide-title net-wide-about\""), "{svg}");
        assert!(svg.contains(">Net &lt;b&gt;</title>") && svg.contains(">Highest: 3</desc>") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("#000001") && svg.contains("#000002") && svg.contains("#000003"), "{svg}");
        assert!(!svg.contains("style=") && !svg.contains("script"), "the content policy forbids both");
        assert_eq!(draw("none", &ChartData::default(), &WIDE).expect("drawn"), "");
    }

    #[test]
    fn a_single_point_and_nothing_but_zeros_are_charts_too() {
        for bars in [vec![5.0], vec![0.0, 0.0]] {
            let labels = bars.iter().map(ToString::to_string).collect();
            let svg = draw("x", &ChartData { bars, labels, ..ChartData::default() }, &NARROW).expect("drawn");
            assert!(svg.contains("</svg>"), "{svg}");
        }
    }
}
