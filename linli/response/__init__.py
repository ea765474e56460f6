"""应急响应: which packs are adopted, and what has been declared of a place: tier, class, response and other facts."""
