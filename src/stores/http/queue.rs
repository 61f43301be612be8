use std::collections::{HashMap, VecDeque};

use super::limits::{CALLER_QUEUE_MAX, CONCURRENT_FROM, QUEUE_MAX};
use crate::stores::Priority;

const CLASSES: usize = Priority::ALL.len();

/// Who asks an app's store now, and who waits to. Each class has its share of the places, classes take turns, and so do the
/// callers within a class. `T` is what calls the one who waits.
pub struct FairQueue<T> {
    running: [usize; CLASSES],
    lines: [Line<T>; CLASSES],
    /// The class that is looked at first when a place gets free.
    first: usize,
    last_ticket: u64,
}

/// The callers of one class who wait.
struct Line<T> {
    /// In the order of their turns.
    callers: VecDeque<u64>,
    waiting: HashMap<u64, VecDeque<(u64, T)>>,
    length: usize,
}

impl<T> FairQueue<T> {
    pub fn new() -> Self {
        Self { running: [0; CLASSES], lines: std::array::from_fn(|_| Line::new()), first: 0, last_ticket: 0 }
    }

    /// Takes a place at once, if one is free and nobody of the class waits.
    pub fn start(&mut self, class: Priority) -> bool {
        let place = class as usize;
        let is_free = self.lines[place].length == 0 && self.has_place(place);
        self.running[place] += usize::from(is_free);
        is_free
    }

    /// Lets a caller wait; gives its ticket, or none when the queue is full and nobody waits with much more than this caller.
    pub fn push(&mut self, class: Priority, caller: u64, call: T) -> Option<u64> {
        let place = class as usize;
        let line = &mut self.lines[place];
        let own = line.count(caller);
        if own >= CALLER_QUEUE_MAX[place] || line.length >= QUEUE_MAX[place] && !line.displace(own) {
            return None;
        }
        self.last_ticket += 1;
        line.push(caller, self.last_ticket, call);
        Some(self.last_ticket)
    }

    /// Takes one out who waits no longer; false when its turn came, or it was displaced.
    pub fn remove(&mut self, class: Priority, caller: u64, ticket: u64) -> bool {
        self.lines[class as usize].remove(caller, ticket)
    }

    /// Gives a free place to the next who waits.
    pub fn next(&mut self) -> Option<T> {
        for step in 0..CLASSES {
            let place = (self.first + step) % CLASSES;
            if self.has_place(place)
                && let Some(call) = self.lines[place].pop()
            {
                self.running[place] += 1;
                self.first = (place + 1) % CLASSES;
                return Some(call);
            }
        }
        None
    }

    /// A place is free again.
    pub fn finish(&mut self, class: Priority) {
        self.running[class as usize] -= 1;
    }

    /// A class and those after it together leave the rest of the places to those before it.
    fn has_place(&self, place: usize) -> bool {
        (0..=place).all(|from| self.running[from..].iter().sum::<usize>() < CONCURRENT_FROM[from])
    }
}

impl<T> Line<T> {
    fn new() -> Self {
        Self { callers: VecDeque::new(), waiting: HashMap::new(), length: 0 }
    }

    fn count(&self, caller: u64) -> usize {
        self.waiting.get(&caller).map_or(0, VecDeque::len)
    }

    fn push(&mut self, caller: u64, ticket: u64, call: T) {
        let waiting = self.waiting.entry(caller).or_default();
        if waiting.is_empty() {
            self.callers.push_back(caller);
        }
        waiting.push_back((ticket, call));
        self.length += 1;
    }

    /// Sends away the latest of whoever waits with the most, in favour of a caller with `own`; dropping the call tells it.
    fn displace(&mut self, own: usize) -> bool {
        let heaviest = self.waiting.iter().max_by_key(|(_, waiting)| waiting.len());
        let Some(caller) = heaviest.filter(|(_, waiting)| waiting.len() > own + 1).map(|(caller, _)| *caller) else {
            return false;
        };
        let ticket = self.waiting.get(&caller).and_then(VecDeque::back).map(|(ticket, _)| *ticket);
        ticket.is_some_and(|ticket| self.remove(caller, ticket))
    }

    fn remove(&mut self, caller: u64, ticket: u64) -> bool {
        let Some(waiting) = self.waiting.get_mut(&caller) else { return false };
        let Some(index) = waiting.iter().position(|(waits, _)| *waits == ticket) else { return false };
        waiting.remove(index);
        self.length -= 1;
        if waiting.is_empty() {
            self.waiting.remove(&caller);
            self.callers.retain(|other| *other != caller);
        }
        true
    }

    /// The first of the caller whose turn it is; its next one waits until all other callers had theirs.
    fn pop(&mut self) -> Option<T> {
        let caller = self.callers.pop_front()?;
        let waiting = self.waiting.get_mut(&caller)?;
        let (_, call) = waiting.pop_front()?;
        self.length -= 1;
        if waiting.is_empty() {
            self.waiting.remove(&caller);
        } else {
            self.callers.push_back(caller);
        }
        Some(call)
    }
}

#[cfg(test)]
mod tests {
    use super::super::limits::CONCURRENT_PER_APP;
    use super::*;

    use Priority::{Background, Client, Server, Staff};

    #[test]
    fn each_class_leaves_places_to_those_before_it() {
        let mut queue = FairQueue::<()>::new();
        let mut fill = |class| (0..100).filter(|_| queue.start(class)).count();
        assert_eq!([fill(Client), fill(Background), fill(Server), fill(Staff)], [4, 2, 1, 1]);
        for class in Priority::ALL {
            let mut queue = FairQueue::<()>::new();
            let alone = (0..100).filter(|_| queue.start(class)).count();
            assert_eq!(alone, CONCURRENT_FROM[class as usize]);
        }
        assert_eq!(CONCURRENT_FROM[0], CONCURRENT_PER_APP);
    }

    #[test]
    fn classes_and_callers_take_turns() {
        let mut queue = FairQueue::new();
        while queue.start(Staff) {}
        for number in 0..3 {
            queue.push(Client, 1, ("flood", number)).unwrap();
            queue.push(Server, 2, ("server", number)).unwrap();
        }
        queue.push(Client, 3, ("player", 0)).unwrap();
        let mut order = Vec::new();
        for _ in 0..7 {
            queue.finish(Staff);
            order.extend(queue.next());
        }
        let expected = [("server", 0), ("flood", 0), ("server", 1), ("player", 0), ("server", 2), ("flood", 1), ("flood", 2)];
        assert_eq!(order, expected);
        assert!(queue.next().is_none());
    }

    #[test]
    fn a_full_queue_takes_the_place_of_whoever_has_most() {
        let mut queue = FairQueue::new();
        while queue.start(Staff) {}
        let mut taken = 0;
        for caller in 0..100 {
            for number in 0..100 {
                taken += usize::from(queue.push(Client, caller, (caller, number)).is_some());
            }
        }
        assert!(taken >= QUEUE_MAX[Client as usize]);
        assert_eq!(queue.lines[Client as usize].length, QUEUE_MAX[Client as usize]);
        assert!(queue.push(Client, 1_000, (1_000, 0)).is_some(), "who has none yet is let in");
        assert_eq!(queue.lines[Client as usize].length, QUEUE_MAX[Client as usize]);
        assert!(queue.push(Server, 1, (0, 0)).is_some(), "other classes have queues of their own");
        for number in 0..CALLER_QUEUE_MAX[Server as usize] {
            assert!(queue.push(Server, 2, (2, number)).is_some());
        }
        assert!(queue.push(Server, 2, (2, 0)).is_none(), "nobody fills it alone");
    }

    #[test]
    fn who_leaves_is_not_called() {
        let mut queue = FairQueue::new();
        while queue.start(Staff) {}
        let ticket = queue.push(Server, 1, "gone").unwrap();
        queue.push(Server, 1, "here").unwrap();
        assert!(queue.remove(Server, 1, ticket) && !queue.remove(Server, 1, ticket));
        queue.finish(Staff);
        queue.finish(Staff);
        assert_eq!((queue.next(), queue.next()), (Some("here"), None));
    }
}
